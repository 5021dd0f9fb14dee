import { dag } from "@dagger.io/dagger";
import { explain } from "#pipelines/errors/explain.ts";
import { checkName } from "#pipelines/findings/check-id.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The faults of planning. Each appears in the verdict as a check that could not be carried out. */
export function reportPlanFaults({ plan }: Workspace): readonly CheckResult[] {
  return plan.faults.map(({ id, error }) => ({
    check: {
      ...id,
      name: checkName(id),
      outcome: "errored",
      reasons: [explain(error)],
      evidence: { findings: [] },
      seconds: 0,
      reports: [],
    },
    reports: dag.directory(),
  }));
}
