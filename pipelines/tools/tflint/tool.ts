import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { readTflint, type TflintReport } from "./reader.ts";

/** @see https://github.com/terraform-linters/tflint/blob/v0.64.0/README.md */
export const tflint: Tool<ToolReport, TflintReport> = {
  name: "tflint",
  policyFiles: [{ path: ".tflint.hcl", anywhere: true }],
  report: "tflint.json",
  ends: [0, 1, 2],
  isBroken: ({ text }) => text === "",
  read: ({ text, file, exitCode, place }) => readTflint(text, file, exitCode, place),
};
