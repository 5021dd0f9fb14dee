import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { readHelmLint } from "./reader.ts";

/** @see https://helm.sh/docs/helm/helm_lint/ */
export const helmLint: Tool<ToolReport & { readonly chart: string }> = {
  name: "helm",
  report: "helm-lint.txt",
  ends: [0, 1],
  read: ({ text, file, exitCode, chart }) => readHelmLint(text, file, exitCode, chart),
};
