import { deferredCheck } from "#pipelines/verdict/deferred.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { changesOnly, checkChangedCoverage, type ServiceCoverage } from "./coverage-changed.ts";
import { checkTotalCoverage, totalCoverageCheck } from "./coverage-total.ts";

/**
 * Judges the coverage of all services together. A shard does not know all services, so it leaves that to the merge.
 */
export function checkTotals(
  workspace: Workspace,
  covered: readonly ServiceCoverage[],
): readonly Promise<CheckResult>[] {
  if (workspace.shard !== undefined) return deferredTotals(workspace);
  const results = covered.map((each) => each.result);
  return [...checkTotalCoverage(workspace, results), ...checkChangedCoverage(workspace, covered)];
}

/** The data that the merge of all shards needs. */
function deferredTotals(workspace: Workspace): readonly Promise<CheckResult>[] {
  const { base, onlyService } = workspace;
  const total = checkTotalCoverage(workspace, []);
  const deferred = { kind: totalCoverageCheck };
  return [
    ...(onlyService === undefined ? total.map(async () => deferredCheck(deferred)) : total),
    ...(base === undefined ? checkChangedCoverage(workspace, []) : [changesOnly(workspace, base)]),
  ];
}
