import type { Directory, File } from "@dagger.io/dagger";
import { summarySchema } from "#pipelines/reports/summary-json.ts";

/**
 * Takes out of a source what an earlier call exported to its folder reports, in whole or by shards. A folder of that name
 * that holds something else is part of the source, and stays.
 */
export async function withoutReports(source: Directory): Promise<Directory> {
  const summaries = await source.glob("reports/**/summary.json");
  const own = summaries.filter((path) => /^reports\/(?:[^/]+\/)?summary\.json$/.test(path));
  const held = await Promise.all(own.map((path) => isSummary(source.file(path))));
  return held.includes(true) ? source.withoutDirectory("reports") : source;
}

async function isSummary(file: File): Promise<boolean> {
  try {
    return summarySchema.safeParse(JSON.parse(await file.contents())).success;
  } catch {
    return false;
  }
}
