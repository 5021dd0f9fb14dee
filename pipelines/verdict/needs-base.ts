import { dag } from "@dagger.io/dagger";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import type { Gates } from "#pipelines/gates/judge.ts";
import type { BaseRef, MergeBase } from "#pipelines/git/merge-base.ts";
import { type CheckResult, runCheck, skippedCheck } from "./run-check.ts";

/** The check that reports the changes since the base, and whether the base was found. */
export const changesCheck = "changes";

/** Runs a check that needs the merge base. If the merge base cannot be found, only the check `changes` reports it. */
export async function needsBase(
  base: BaseRef,
  id: CheckId,
  run: (mergeBase: MergeBase) => Promise<CheckResult>,
): Promise<CheckResult> {
  const mergeBase = await base.mergeBase().catch(() => undefined);
  if (mergeBase !== undefined) return run(mergeBase);
  return skippedCheck(id, `the base is not available; the check ${changesCheck} gives the reason`);
}

/** The check `changes` of a run that does not leave out services; no check, unless the base cannot be found. */
export async function baseFaults(base: BaseRef | undefined, gates: Gates): Promise<readonly CheckResult[]> {
  if (base === undefined) return [];
  const result = await runCheck({ kind: changesCheck, gates }, async () => {
    await base.mergeBase();
    return { reports: dag.directory(), read: async () => ({ findings: [] }) };
  });
  return result.check.outcome === "passed" ? [] : [result];
}
