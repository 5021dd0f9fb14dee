import type { Container, Directory } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Tool, ToolReport } from "./tool.ts";

/** A tool's run, at its end. */
export interface EndedRun<Result> {
  /** What it wrote; with what it printed, where it broke down. */
  readonly reports: Directory;
  /** @throws TOOL_FAILED and the like where it broke down; REPORT_MISSING; what the tool's reader throws. */
  readonly read: () => Promise<Result>;
}

/**
 * Waits for a tool's end. Reports are kept whatever it ended with; only reading them fails.
 *
 * @param ran the container after the tool ran.
 * @param more what the reader needs besides: where the tool ran, at least.
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
      const text = await readReport(ran, tool.report);
      if (tool.isBroken?.({ exitCode, text, stderr: await ran.stderr() })) throw await failed();
      const report = { ...more, text, file: tool.report, exitCode };
      return tool.read(report as Report);
    },
  };
}
