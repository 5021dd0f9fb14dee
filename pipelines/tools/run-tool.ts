import type { Container, Directory } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Tool, ToolReport } from "./tool.ts";

/** The ended run of a tool. */
export interface EndedRun<Result> {
  /** Its files; if it broke, also its output. */
  readonly reports: Directory;
  /** @throws TOOL_FAILED and similar errors if it broke; REPORT_MISSING; the errors of the tool's reader. */
  readonly read: () => Promise<Result>;
}

/**
 * Waits for a tool's end. Reports are kept for every exit code; only reading them can fail.
 *
 * @param ran the container after the tool ran.
 * @param more further data for the reader, at least where the tool ran.
 */
export async function runTool<Report extends ToolReport, Result>(
  tool: Tool<Report, Result>,
  ran: Container,
  more: Omit<Report, "text" | "file" | "exitCode">,
): Promise<EndedRun<Result>> {
  const exitCode = await ran.exitCode();
  const written = ran.directory(reportsFolder);
  const failed = async () => {
    const output = `${await ran.stdout()}\n${await ran.stderr()}`;
    return toolFailed(tool.name, exitCode, output, tool.limit);
  };
  if (!tool.ends.includes(exitCode)) {
    const error = await failed();
    const printed = `${await ran.stdout()}\n${await ran.stderr()}`;
    return { reports: written.withNewFile("output.txt", printed), read: () => Promise.reject(error) };
  }
  return {
    reports: written,
    read: async () => {
      const file = await reportOf(tool, written);
      const text = await readReport(ran, file);
      if (tool.isBroken?.({ exitCode, text, stderr: await ran.stderr() })) throw await failed();
      const report = { ...more, text, file, exitCode };
      return (tool.older?.[file] ?? tool.read)(report as Report);
    },
  };
}

/** The name of the report that a version of a tool wrote. */
async function reportOf(
  { report, older = {} }: { readonly report: string; readonly older?: Readonly<Record<string, unknown>> },
  written: Directory,
): Promise<string> {
  if (Object.keys(older).length === 0) return report;
  return (await written.entries()).find((name) => name in older) ?? report;
}
