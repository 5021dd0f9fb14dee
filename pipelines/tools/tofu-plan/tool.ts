import type { Tool, ToolReport } from "#pipelines/tools/tool.ts";
import { type PlanSummary, readTofuPlan } from "./reader.ts";

/** @see https://opentofu.org/docs/cli/commands/plan/ */
export const tofuPlan: Tool<ToolReport, PlanSummary> = {
  name: "tofu plan",
  report: "tofu-plan.jsonl",
  ends: [0],
  read: ({ text, file }) => readTofuPlan(text, file),
};
