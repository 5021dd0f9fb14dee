import { isMine } from "#pipelines/shards/unit.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { type CatalogEntry, catalog } from "./catalog.ts";
import type { CheckContext } from "./context.ts";

/** Judges the results of one entry once more, with further known facts. By default the results stay as they are. */
export type Compare = (
  entry: CatalogEntry,
  results: readonly CheckResult[],
) => Promise<readonly CheckResult[]>;

/** Checks of the same sort, in the order of the verdict. */
export type Stage = readonly CheckResult[];

/**
 * Runs checks side by side. No check stops another.
 *
 * @param context the parts that the checks share.
 * @param compare judges their results besides the gates; default: no further judgement.
 * @param entries the entries of the catalog to run; default: all.
 * @returns the checks, one stage for each entry, in the order of the catalog. The stage of an entry that another shard
 *   carries out is empty, so that stages have the same number in every shard.
 */
export async function runChecks(
  context: CheckContext,
  compare: Compare = async (_, results) => results,
  entries: readonly CatalogEntry[] = catalog,
): Promise<readonly Stage[]> {
  const { units } = context.workspace;
  const mine = entries.filter(({ unit }) => unit === "service" || isMine(units, unit));
  const begun = new Map<CatalogEntry, Promise<Stage>>();
  for (const entry of mine.toSorted((a, b) => Number(b.isLong ?? 0) - Number(a.isLong ?? 0))) {
    const results = Promise.all(entry.run(context));
    begun.set(
      entry,
      results.then((each) => compare(entry, each.flat())),
    );
  }
  return Promise.all(entries.map((entry) => begun.get(entry) ?? []));
}
