import type { Directory, File } from "@dagger.io/dagger";
import { summarySchema } from "#pipelines/reports/summary-json.ts";

/**
 * Removes from a source the reports that an earlier call exported to its folder reports, of a whole run or of
 * shards. A folder of that name with other content is part of the source, and stays.
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
