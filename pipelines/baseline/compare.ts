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

/** How a run is compared with the base whose findings are known. */
export interface Comparison {
  /** Judges results again, by what the same checks find on the base. */
  readonly compare: Compare;
  /** Says, after all checks, whether the base can be had; nothing where the call names none. */
  readonly check: () => Promise<readonly CheckResult[]>;
}

/**
 * Compares a run with the base that `--baseline-ref` names, in two passes: first each check is judged by the gates alone;
 * where they block a finding, that check is run on the merge base too, once, and judged again: what is found there does
 * not block.
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
    // All shards look; one of them says what there was to see.
    check: async () =>
      isMine(workspace.units, "plan") ? [await baselineCheck(workspace, base, checks)] : [],
  };
}

/** Where the merge base cannot be had, the check `baseline` alone says so. */
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
    const { from, head } = await base.mergeBase();
    await checks.opened();
    const where = from === head ? "HEAD itself" : `the merge base of HEAD and ${printable(base.name)}`;
    return {
      reports: dag.directory(),
      read: async () => ({ findings: [] }),
      note: () => `a finding that ${shortId(from)} (${where}) has too does not block`,
    };
  });
}
