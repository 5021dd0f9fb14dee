import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { type ConftestReport, readConftest } from "./reader.ts";

/** @see https://www.conftest.dev/options/ */
export const conftest: Tool<ToolReport, ConftestReport> = {
  name: "conftest",
  policyFiles: [{ path: "conftest.toml" }, { path: "policy/" }],
  report: "conftest.json",
  ends: [0, 1, 2],
  // It ends with 1 when a rule failed, and also when it could not start; only in the second case is there no
  // report.
  isBroken: ({ exitCode, text }) => exitCode !== 0 && text === "",
  read: ({ text, file, exitCode }) => readConftest(text, file, exitCode),
};
