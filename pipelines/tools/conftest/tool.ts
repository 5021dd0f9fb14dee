import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { type ConftestReport, readConftest } from "./reader.ts";

/** @see https://www.conftest.dev/options/ */
export const conftest: Tool<ToolReport, ConftestReport> = {
  name: "conftest",
  report: "conftest.json",
  ends: [0, 1, 2],
  // It ends with 1 both when a rule failed and when it could not begin; only then there is no report.
  isBroken: ({ exitCode, text }) => exitCode !== 0 && text === "",
  read: ({ text, file, exitCode }) => readConftest(text, file, exitCode),
};
