import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { type CheckovReport, readCheckov } from "./reader.ts";

/** @see https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html */
export const checkov: Tool<ToolReport, CheckovReport> = {
  name: "checkov",
  policyFiles: [{ path: ".checkov.yaml" }, { path: ".checkov.yml" }],
  report: "checkov.json",
  ends: [0, 1],
  isBroken: ({ exitCode, text }) => exitCode === 1 && text === "",
  read: ({ text, file, exitCode, place }) => readCheckov(text, file, exitCode, place),
};
