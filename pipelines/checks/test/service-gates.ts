import type { Gates } from "#pipelines/gates/judge.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The gates for the tests of one service, with the coverage that they must reach. */
export function serviceGates({ gates }: Workspace, { leastCoverage }: PlannedService): Gates {
  const { percent, from, by = "", precision = 0 } = leastCoverage;
  if (from === "service") return { ...gates, ownCoverage: { percent, precision, by } };
  return { ...gates, coverage: percent, isDefaultCoverage: from === "default" };
}
