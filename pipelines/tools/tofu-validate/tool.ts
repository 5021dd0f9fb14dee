import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { readTofuValidate, type TofuValidateReport } from "./reader.ts";

/** @see https://opentofu.org/docs/cli/commands/validate/ */
export const tofuValidate: Tool<ToolReport, TofuValidateReport> = {
  name: "tofu validate",
  report: "tofu-validate.json",
  ends: [0, 1],
  read: ({ text, file, exitCode, place }) => readTofuValidate(text, file, exitCode, place),
};
