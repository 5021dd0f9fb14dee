import { dag } from "@dagger.io/dagger";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import type { Gates } from "#pipelines/gates/judge.ts";
import type { BaseRef, MergeBase } from "#pipelines/git/merge-base.ts";
import { type CheckResult, runCheck, skippedCheck } from "./run-check.ts";

/** The check that says what changed since the base, and whether the base can be had. */
export const changesCheck = "changes";

/** Carries out a check that needs the merge base. Where it cannot be had, the check `changes` alone says so. */
export async function needsBase(
  base: BaseRef,
  id: CheckId,
  run: (mergeBase: MergeBase) => Promise<CheckResult>,
): Promise<CheckResult> {
  const mergeBase = await base.mergeBase().catch(() => undefined);
  if (mergeBase !== undefined) return run(mergeBase);
  return skippedCheck(id, `the base is not available; the check ${changesCheck} gives the reason`);
}

/** The check `changes` of a run that is not narrowed by what changed: nothing, unless the base cannot be had. */
export async function baseFaults(base: BaseRef | undefined, gates: Gates): Promise<readonly CheckResult[]> {
  if (base === undefined) return [];
  const result = await runCheck({ kind: changesCheck, gates }, async () => {
    await base.mergeBase();
    return { reports: dag.directory(), read: async () => ({ findings: [] }) };
  });
  return result.check.outcome === "passed" ? [] : [result];
}
