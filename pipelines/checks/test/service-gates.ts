import type { Gates } from "#pipelines/gates/judge.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The gates for the tests of one service, with the coverage that they must reach. */
export function serviceGates({ gates }: Workspace, { leastCoverage }: PlannedService): Gates {
  if (leastCoverage.from === "service") return { ...gates, ownCoverage: leastCoverage };
  const { percent, from } = leastCoverage;
  return { ...gates, coverage: percent, isDefaultCoverage: from === "default" };
}
