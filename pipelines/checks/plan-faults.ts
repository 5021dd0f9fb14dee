import { dag } from "@dagger.io/dagger";
import { breakdown } from "#pipelines/errors/explain.ts";
import type { Examined } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** What could not even be planned: each fault stands in the verdict as a check that could not be carried out. */
export function unplanned({ plan }: Workspace): readonly Examined[] {
  return plan.faults.map(({ check, error }) => ({
    check: {
      name: check,
      outcome: "errored",
      reasons: [breakdown(error)],
      evidence: { findings: [] },
      seconds: 0,
      reports: [],
    },
    reports: dag.directory(),
  }));
}
