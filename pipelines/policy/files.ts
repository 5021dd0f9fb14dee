import { posix } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import type { Config } from "#pipelines/config/config.ts";
import type { Policies } from "#pipelines/plan/plan.ts";
import { sha256Of } from "#pipelines/text/digest.ts";
import { listText } from "#pipelines/text/list.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { scannerPolicyFiles } from "#pipelines/tools/registry.ts";
import type { PolicyFiles } from "#pipelines/tools/tool.ts";
import type { Weakening } from "./weakening.ts";

/** The source of a change, judged by the base's files of the policy. */
export interface JudgedSource {
  /** The change's source; a file of the policy that is less strict there is the base's. */
  readonly source: Directory;
  readonly weakenings: readonly Weakening[];
}

/** What coverage.py reads, which decides which lines count. */
const coverageFiles: readonly PolicyFiles[] = [{ path: ".coveragerc", anywhere: true }];

/** Lists the files that decide what the scanners report, those that slipway.yaml and conftest.toml name among them. */
export function policyFilesOf(
  { scan, manifests }: Config,
  { folders, data }: Policies = { folders: [], data: [] },
): readonly PolicyFiles[] {
  const rules = scan.rules === undefined || scan.rules === false ? [] : scan.rules;
  const { schemas } = manifests === false ? {} : manifests;
  const named = (path: string): readonly PolicyFiles[] => [{ path }, { path: `${path}/` }];
  return [
    ...scannerPolicyFiles(),
    ...coverageFiles,
    ...rules.flatMap(named).map((each) => ({ ...each, are: "rules" }) as const),
    ...[...folders, ...data].flatMap(named),
    ...(schemas === undefined ? [] : named(schemas)),
  ];
}

/**
 * Compares the files of the policy. Where the change is less strict, or nobody can say whether it is, its file is
 * replaced by the base's.
 *
 * @param files those of the base's own configuration.
 */
export async function withPolicyFiles(
  base: Directory,
  change: Directory,
  files: readonly PolicyFiles[],
): Promise<JudgedSource> {
  const [before, after] = await Promise.all([listed(base, files), listed(change, files)]);
  const paths = [...new Set([...before, ...after])].sort();
  const compared = await Promise.all(
    paths.map(async (path) => ({
      path,
      base: before.includes(path) ? await textOf(base, path) : undefined,
      change: after.includes(path) ? await textOf(change, path) : undefined,
    })),
  );
  const weaker = compared.filter((each) => isWeaker(each, files));
  const gone = weaker.flatMap(({ path }) => (after.includes(path) ? [path] : []));
  const back = weaker.flatMap(({ path }) => (before.includes(path) ? [path] : []));
  return {
    source: back.reduce(
      (source, path) => source.withFile(path, base.file(path)),
      gone.length === 0 ? change : change.withoutFiles(gone),
    ),
    weakenings: weaker.map(({ path, base: old, change: now }) => ({
      subject: path,
      text: differenceText(old, now),
      ...(now !== undefined && { path, content: sha256Of(now ?? "") }),
    })),
  };
}

/** A file's text; null for a link that leads nowhere, which equals nothing. */
type Text = string | null;

interface Compared {
  readonly path: string;
  readonly base: Text | undefined;
  readonly change: Text | undefined;
}

function isWeaker({ path, base, change }: Compared, files: readonly PolicyFiles[]): boolean {
  if (base === change && base !== null) return false;
  const kinds = files.filter((each) => matches(path, each)).map(({ are }) => are);
  if (kinds.every((are) => are === "rules")) return base !== undefined;
  if (kinds.every((are) => are === "entries")) return hasMoreEntries(base, change);
  return true;
}

/** Lines that are only in the change, comments and empty ones apart. */
function hasMoreEntries(base: Text | undefined, change: Text | undefined): boolean {
  if (change === undefined) return false;
  if (change === null || base === null) return true;
  const known = new Set(entriesOf(base ?? ""));
  return entriesOf(change).some((entry) => !known.has(entry));
}

function entriesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function differenceText(base: Text | undefined, change: Text | undefined): string {
  if (change === undefined) return "removed in the change";
  const how = base === undefined ? "added in the change" : "another text than on the base";
  return change === null ? `${how}, a link that leads nowhere` : how;
}

/**
 * Names the files by which a repository takes findings away from a tool. What a tool does not report looks like
 * nothing to find.
 *
 * @param files those that decide what the tool reports.
 * @returns a clause for the verdict; undefined if there is no such file.
 */
export async function filterCaveat(
  source: Directory,
  files: readonly PolicyFiles[] = [],
): Promise<string | undefined> {
  const filters = files.filter(({ are }) => are !== "rules");
  const found = filters.length === 0 ? [] : await listed(source, filters);
  return found.length === 0 ? undefined : `findings may be filtered${listText(found)}`;
}

async function listed(tree: Directory, files: readonly PolicyFiles[]): Promise<readonly string[]> {
  const include = files.map(({ path, anywhere }) =>
    path.endsWith("/") ? `${path}**` : anywhere ? `**/${path}` : path,
  );
  const found = await dag.directory().withDirectory("/", tree, { include }).glob("**");
  return found.filter((path) => !path.endsWith("/"));
}

async function textOf(tree: Directory, path: string): Promise<Text> {
  return tree
    .file(path)
    .contents()
    .catch(() => null);
}

function matches(path: string, { path: wanted, anywhere }: PolicyFiles): boolean {
  if (wanted.endsWith("/")) return isWithin(path, wanted.slice(0, -1));
  return anywhere ? posix.basename(path) === wanted : path === wanted;
}
