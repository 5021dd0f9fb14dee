import { type Examined, skipped } from "./run-check.ts";

/** What a shard says of a check that only all shards together can be judged by. */
const text = "in a shard; merge-reports has the verdict";

/** A check that a shard leaves to the merge, with the reports that it has for it. */
export function deferred(name: string, reports: readonly string[] = []): Examined {
  const { check, reports: none } = skipped(name, text);
  return { check: { ...check, reports }, reports: none, isDeferred: true };
}
