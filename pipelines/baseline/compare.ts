import { dag } from "@dagger.io/dagger";
import type { CatalogEntry } from "#pipelines/checks/catalog.ts";
import type { Compare } from "#pipelines/checks/checks.ts";
import type { CheckContext } from "#pipelines/checks/context.ts";
import { shortId } from "#pipelines/findings/location.ts";
import { mayBeKnown } from "#pipelines/gates/triage.ts";
import type { BaseRef } from "#pipelines/git/merge-base.ts";
import { isMine } from "#pipelines/shards/unit.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { type BaseChecks, baseChecks } from "./base-checks.ts";

/** The comparison of a run with the base whose findings are known. */
export interface Comparison {
  /** Judges results again, with the findings of the same checks on the base. */
  readonly compare: Compare;
  /** Reports, after all checks, whether the base was found; no check if the call names no base. */
  readonly check: () => Promise<readonly CheckResult[]>;
}

/**
 * Compares a run with the base that `--baseline-ref` names, in two passes. First the gates alone judge each check.
 * If they block a finding, that check also runs on the merge base, once, and is judged again. A finding of the
 * merge base does not block.
 */
export function compareWithBase(call: CheckContext): Comparison {
  const { workspace } = call;
  const base = workspace.baselineRef;
  if (base === undefined) return { compare: async (_, results) => results, check: async () => [] };
  const checks = baseChecks(call, base);
  return {
    compare: async (entry, results) => {
      if (!(await isThere(base))) return results;
      return Promise.all(results.map((result) => judgedAgain(entry, result, checks)));
    },
    // Every shard compares; only one of them reports it.
    check: async () =>
      isMine(workspace.units, "plan") ? [await baselineCheck(workspace, base, checks)] : [],
  };
}

/** If the merge base cannot be found, only the check `baseline` reports it. */
function isThere(base: BaseRef): Promise<boolean> {
  return base.mergeBase().then(
    () => true,
    () => false,
  );
}

async function judgedAgain(
  entry: CatalogEntry,
  result: CheckResult,
  checks: BaseChecks,
): Promise<CheckResult> {
  const { check, judgeAgain } = result;
  if (judgeAgain === undefined || !mayBeKnown(check.evidence)) return result;
  return judgeAgain(await checks.known(entry, check));
}

function baselineCheck({ gates }: Workspace, base: BaseRef, checks: BaseChecks): Promise<CheckResult> {
  return runCheck({ kind: "baseline", gates }, async () => {
    const { from } = await base.mergeBase();
    await checks.opened();
    const where = `the merge base of HEAD and ${printable(base.name)}`;
    return {
      reports: dag.directory(),
      read: async () => ({ findings: [] }),
      note: () => `a finding that ${shortId(from)} (${where}) has too does not block`,
    };
  });
}
