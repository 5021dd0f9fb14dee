import { lstat, readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { largestReport } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { mostShards } from "#pipelines/shards/shard.ts";
import { printable } from "#pipelines/text/printable.ts";
import { readShard, type ShardSummary } from "./read-shard.ts";

/** The reports of one shard. */
export interface ShardFolder extends ShardSummary {
  readonly folder: string;
}

/**
 * Reads the reports of shards, one folder each, in order of the folders' names.
 *
 * @param root the folder on this machine that contains them.
 * @throws SHARD_MISSING when there is no shard; REPORT_MISSING when a folder lacks summary.json or a report that it
 * names.
 *   REPORT_TOO_LARGE; PATH_OUTSIDE_REPORTS for a symbolic link; the errors of `readShard`.
 */
export async function readShards(root: string): Promise<readonly ShardFolder[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const link = entries.find((entry) => !entry.isDirectory() && !entry.isFile());
  if (link !== undefined) throw special(link.name);
  const folders = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  if (folders.length === 0) {
    const remedy = "Pass a folder with one subfolder for each shard, each exported by `dagger call reports`.";
    throw new SlipwayError(
      "SHARD_MISSING",
      "the folder contains no subfolder with the reports of a shard",
      remedy,
    );
  }
  if (folders.length > mostShards) {
    const what = `${folders.length} subfolders; a run has at most ${mostShards} shards`;
    throw new SlipwayError("SHARDS_MIXED", what, "Pass the reports of one run only.");
  }
  const shards: ShardFolder[] = [];
  for (const folder of folders) shards.push(await shardIn(root, folder));
  return shards;
}

/** Reads a report in a shard's folder. */
export async function reportIn(root: string, folder: string, path: string): Promise<string> {
  const file = join(root, folder, path);
  const shown = printable(posix.join(folder, path));
  const found = await lstat(file).catch(() => undefined);
  if (!found?.isFile()) {
    throw new SlipwayError(
      "REPORT_MISSING",
      `${shown} is missing`,
      "Pass each shard's folder complete, as `dagger call reports` exported it, with hidden files.",
    );
  }
  if (found.size > largestReport) {
    const what = `${shown} has ${found.size} bytes; the limit is ${largestReport}`;
    throw new SlipwayError(
      "REPORT_TOO_LARGE",
      what,
      "Exclude paths in the settings of the tool that wrote it, and run the shard again.",
    );
  }
  return readFile(file, "utf8");
}

async function shardIn(root: string, folder: string): Promise<ShardFolder> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => ({
    path: posix.relative(join(root, folder), join(entry.parentPath, entry.name)),
    entry,
  }));
  const link = paths.find(({ entry }) => !entry.isDirectory() && !entry.isFile());
  if (link !== undefined) throw special(posix.join(folder, link.path));
  const name = posix.join(folder, "summary.json");
  const summary = readShard(await reportIn(root, folder, "summary.json"), printable(name));
  const there = new Set(paths.flatMap(({ path, entry }) => (entry.isFile() ? [path] : [])));
  for (const path of summary.checks.flatMap(({ reports }) => reports)) {
    // Most ways to store reports drop an empty folder.
    if (path.endsWith("/") || there.has(posix.normalize(path))) continue;
    await reportIn(root, folder, path);
  }
  return { folder, ...summary };
}

function special(path: string): SlipwayError {
  return new SlipwayError(
    "PATH_OUTSIDE_REPORTS",
    `${printable(path)} is neither a file nor a folder`,
    "Use the reports exactly as ci wrote them, without symbolic links.",
  );
}
