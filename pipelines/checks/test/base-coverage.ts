import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { contradictory, jsonReport, malformed } from "#pipelines/readers/report.ts";
import { summarySchema } from "#pipelines/reports/summary-json.ts";
import { printable } from "#pipelines/text/printable.ts";
import { unaffectedServices } from "#pipelines/verdict/unaffected.ts";

/** Line coverage in percent, by service. */
export type BaseCoverage = ReadonlyMap<string, number>;

/** The fields that are read. A later version of summary.json may have others, which are not known. */
const report = z.object({
  version: summarySchema.shape.version,
  checks: z.array(
    summarySchema.shape.checks.element.pick({ name: true, kind: true, service: true, coverage: true }),
  ),
  shard: z.unknown().optional(),
});

/**
 * Reads each service's coverage from the summary.json of an earlier run. Services without coverage are left out,
 * and so is the total.
 *
 * @param text the summary.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED if it is not a summary.json, or a figure is out of its range.
 *   REPORT_CONTRADICTORY if figures do not add up; BASE_UNMEASURED if the run left a service out.
 */
export function readBaseCoverage(text: string, file: string): BaseCoverage {
  const { checks, shard } = jsonReport(text, file, report);
  const left = unaffectedServices(checks);
  if (left.length > 0) {
    throw new SlipwayError(
      "BASE_UNMEASURED",
      `${file} is from a run that left out ${left.slice(0, 5).map(printable).join(", ")}`,
      "Pass the summary.json of a run without --base.",
    );
  }
  if (shard !== undefined) {
    const fault = "$.shard: the file is from one shard and has only the services of that shard";
    throw malformed(file, `${fault}; pass the summary.json of merge-reports`);
  }
  const covered = checks.flatMap(({ name, service, coverage }) => {
    if (service === undefined || coverage === undefined) return [];
    const { percent, coveredLines, totalLines } = coverage;
    if (totalLines === 0 || Math.abs((100 * coveredLines) / totalLines - percent) > 1e-6) {
      throw contradictory(
        file,
        `${name}: percent is not coveredLines / totalLines`,
        "Use the file exactly as ci wrote it.",
      );
    }
    return [[service, percent] as const];
  });
  return new Map(covered);
}
