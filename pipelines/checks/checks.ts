import { isMine } from "#pipelines/shards/unit.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { type CatalogEntry, catalog } from "./catalog.ts";
import type { CheckContext } from "./context.ts";

/** Judges the results of one entry once more, by what is known besides; the results as they are by default. */
export type Compare = (
  entry: CatalogEntry,
  results: readonly CheckResult[],
) => Promise<readonly CheckResult[]>;

/** Checks of the same sort, in the order of the verdict. */
export type Stage = readonly CheckResult[];

/**
 * Carries out checks side by side. No check stops another.
 *
 * @param context what they share.
 * @param compare what judges their results besides the gates; nothing by default.
 * @param entries which of the catalog; all by default.
 * @returns the checks, a stage an entry in the order of the catalog.
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
  return Promise.all(mine.map((entry) => begun.get(entry) ?? []));
}
