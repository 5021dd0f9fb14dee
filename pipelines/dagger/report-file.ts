import type { Container } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";

/** The folder in which every module leaves its reports. */
export const reportsFolder = "/reports";

/** The largest report that is read, in bytes. Larger ones stay in the engine and can still be exported. */
export const largestReport = 64 * 1024 * 1024;

/**
 * Reads a tool's report.
 *
 * @throws REPORT_MISSING when the tool left no report, REPORT_TOO_LARGE when it is over the limit.
 */
export async function readReport(ran: Container, name: string): Promise<string> {
  const folder = ran.directory(reportsFolder);
  if (!(await folder.exists(name))) {
    throw new SlipwayError(
      "REPORT_MISSING",
      `${name} is missing, although the tool ended without an error`,
      "Read output.txt in the reports. Remove the project's option that turns this report off.",
    );
  }
  const file = folder.file(name);
  const size = await file.size();
  if (size > largestReport) {
    throw new SlipwayError(
      "REPORT_TOO_LARGE",
      `${name} has ${size} bytes; the limit is ${largestReport}`,
      "Export the reports to see what fills the file, and exclude these paths in the tool's settings.",
    );
  }
  return file.contents();
}
