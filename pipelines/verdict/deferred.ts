import type { CheckId } from "#pipelines/findings/check-id.ts";
import { type CheckResult, skippedCheck } from "./run-check.ts";

/** The text for a check that can be judged only with all shards together. */
const text = "not judged in a shard; merge-reports gives the verdict";

/** A check that a shard leaves to the merge, with the shard's reports for it. */
export function deferredCheck(id: CheckId, reports: readonly string[] = []): CheckResult {
  const { check, reports: none } = skippedCheck(id, text);
  return { check: { ...check, reports }, reports: none, isDeferred: true };
}
