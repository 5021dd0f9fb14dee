import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { type KubeconformReport, readKubeconform } from "./reader.ts";

/** @see https://github.com/yannh/kubeconform#usage */
export const kubeconform: Tool<ToolReport, KubeconformReport> = {
  name: "kubeconform",
  report: "kubeconform.json",
  ends: [0, 1],
  // It ends with 1 when it found something, and also when it could not start; only in the second case is there no
  // report.
  isBroken: ({ exitCode, text }) => exitCode === 1 && text === "",
  read: ({ text, file, exitCode }) => readKubeconform(text, file, exitCode),
};
