import { mkdtemp, rm } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { type Conclusion, writeConclusion } from "#pipelines/conclude/conclude.ts";
import { readShards, reportIn } from "./folders.ts";
import { mergeShards } from "./merge-shards.ts";

/**
 * Merges the reports of all shards of a run into one verdict and one folder of reports. An absent shard counts as a
 * check that could not be carried out.
 *
 * @param reports a folder with one folder for each shard, each as `reports` exported it.
 * @throws SHARDS_MIXED when they are not of one run; SHARD_MISSING when there is no shard; the errors of
 * `readShards`.
 */
export async function merge(reports: Directory): Promise<Conclusion> {
  const folder = await mkdtemp(resolve(".slipway-"));
  try {
    // The files are read from disk, because the engine would follow links silently.
    await reports.export(basename(folder));
    const shards = await readShards(folder);
    const { run, checks, notes } = await mergeShards(shards, (of, path) => reportIn(folder, of, path));
    const left = checks.map(({ check, folder: of }) => ({
      check,
      reports: check.reports.length > 0 ? reports.directory(of).directory(check.name) : dag.directory(),
    }));
    const all = checks.map(({ check }) => check);
    const conclusion = await writeConclusion(
      all,
      notes,
      { services: run.services, root: run.root ?? "." },
      left,
    );
    return { ...conclusion, reports: await conclusion.reports.sync() };
  } finally {
    await rm(folder, { recursive: true });
  }
}
