import { posix } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { BaseRef } from "#pipelines/git/merge-base.ts";
import { changedSubmodules } from "#pipelines/git/submodules.ts";
import { readNameStatus } from "#pipelines/readers/git-diff.ts";
import { configFile } from "#pipelines/workspace/load.ts";
import { pool } from "#pipelines/workspace/pool.ts";
import { symlinksIn } from "#pipelines/workspace/symlinks.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { LockTexts } from "./locks.ts";
import { type AffectedService, affectedBy, manifestsAmong } from "./services.ts";

/** The files that differ from the base, and the services that they affect. */
export interface Changes {
  readonly files: readonly string[];
  readonly affected: readonly AffectedService[];
  /** The output of git. */
  readonly report: Directory;
}

const report = "changes.txt";

/**
 * The paths that a call leaves out of the source, as `ignore` of the functions in src says. If such a file is
 * absent, nobody need have deleted it, and no check reads it anyway.
 */
const leftOut = /(?:^|\/)(?:\.git|node_modules|\.venv|venv|__pycache__|\.[^/]*_cache|\.tox|\.nox)(?:\/|$)/s;

/** The folder that src removes as a whole if it holds Slipway's own reports. They may be committed. */
const reports = "reports/";

/** The most manifests that are read, and the largest, in bytes. Any manifest beyond that affects every service. */
const [mostManifests, largestManifest] = [500, 1024 * 1024];

/** The most locks that are compared. Any lock beyond that affects every service that reads it. */
const mostLocks = 20;

/**
 * Finds the files that differ between the source and its merge base, and the services that they affect.
 *
 * @param workspace the workspace of all services.
 * @throws BASE_NOT_FOUND, BASE_UNRELATED, HISTORY_UNREADABLE; TOOL_FAILED when git cannot compare the two.
 */
export async function changesSinceBase(workspace: Workspace, base: BaseRef): Promise<Changes> {
  const { plan, root, source, request, tools, wholeSource } = workspace;
  const { from, head } = await base.mergeBase();
  const ran = tools.history.changes(base.repository, wholeSource, from, head);
  const exitCode = await ran.exitCode();
  if (exitCode !== 0) throw toolFailed("git", exitCode, await ran.stderr());
  const differing = readNameStatus(await readReport(ran, report), report);
  const reported = (await wholeSource.glob(`${reports}**`)).length > 0;
  const isSeen = (path: string) => !leftOut.test(path) && (reported || !path.startsWith(reports));
  const seen = differing.filter(({ letter, path }) => letter !== "D" || isSeen(path));
  const checkout = { repository: base.repository, source: wholeSource, head, path: "." };
  const inner = await changedSubmodules(tools.history, checkout, isSeen);
  const files = [...new Set([...seen.map(({ path }) => path), ...inner])];
  const inSource = files.map((path) => posix.relative(root, path));
  const affected = affectedBy(plan, {
    files,
    root,
    configs: [posix.normalize(request.config ?? configFile), posix.join(root, configFile)],
    links: files.length === 0 ? [] : await symlinksIn(workspace),
    texts: await textsOf(source, manifestsAmong(plan, inSource)),
    removed: new Set(differing.filter(({ letter }) => letter === "D").map(({ path }) => path)),
    locks: await locksOf(workspace, base, from, inSource),
  });
  return { files, affected, report: ran.directory(reportsFolder) };
}

/** Reads the changed locks of uv at the base and in the source. A lock that one of them lacks is left out. */
async function locksOf(
  { root, source, tools }: Workspace,
  { repository }: BaseRef,
  from: string,
  changed: readonly string[],
): Promise<ReadonlyMap<string, LockTexts>> {
  const locks = changed.filter((path) => posix.basename(path) === "uv.lock").slice(0, mostLocks);
  if (locks.length === 0) return new Map();
  const tree = tools.history.tree(repository, from);
  const read = async (path: string): Promise<readonly (readonly [string, LockTexts])[]> => {
    const [before, after] = await Promise.all([
      tree.file(posix.join(root, path)).contents(),
      source.file(path).contents(),
    ]);
    return [[path, { before, after }]];
  };
  return new Map((await Promise.all(locks.map((path) => read(path).catch(() => [])))).flat());
}

/** Reads files of the source. A path that is deleted, or is not a file, has no text. */
async function textsOf(source: Directory, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (paths.length > mostManifests) return new Map();
  const reading = pool(16);
  const read = async (path: string): Promise<string> => {
    const file = source.file(path);
    return (await file.size()) > largestManifest ? "" : file.contents();
  };
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, await reading.run(() => read(path)).catch(() => "")] as const),
    ),
  );
}
