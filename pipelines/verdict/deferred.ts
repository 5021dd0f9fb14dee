import type { CheckId } from "#pipelines/findings/check-id.ts";
import { type CheckResult, skippedCheck } from "./run-check.ts";

/** What a shard says of a check that only all shards together can be judged by. */
const text = "not judged in a shard; merge-reports gives the verdict";

/** A check that a shard leaves to the merge, with the reports that it has for it. */
export function deferredCheck(id: CheckId, reports: readonly string[] = []): CheckResult {
  const { check, reports: none } = skippedCheck(id, text);
  return { check: { ...check, reports }, reports: none, isDeferred: true };
}
