import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { type KubeconformReport, readKubeconform } from "./reader.ts";

/** @see https://github.com/yannh/kubeconform#usage */
export const kubeconform: Tool<ToolReport, KubeconformReport> = {
  name: "kubeconform",
  report: "kubeconform.json",
  ends: [0, 1],
  // It ends with 1 both when it found something and when it could not begin; only then there is no report.
  isBroken: ({ exitCode, text }) => exitCode === 1 && text === "",
  read: ({ text, file, exitCode }) => readKubeconform(text, file, exitCode),
};
