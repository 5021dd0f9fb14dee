import { posix } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { subset } from "#pipelines/dagger/subset.ts";
import { inheritedSettings } from "#pipelines/plan/inherited.ts";

/** The files directly in a folder that linters read: code, and their settings. */
const codeFile = /\.(?:py|pyi|ipynb|toml|cfg|ini)$|^(?:\.gitignore|\.flake8|\.bandit|pyrightconfig\.json)$/;

/** A service's place in the source. */
export interface ServicePlace {
  readonly path: string;
  /** The folders of services below it, which are left out. */
  readonly nested: readonly string[];
  /** What its tests and types read outside of its folder; folders end with `/`. */
  readonly besides: readonly string[];
}

/**
 * Narrows the source to the files that one check reads, so that a change elsewhere does not change its result.
 * These are the service's folder, or the matching parts of it, at its own path, the settings above it, and what its
 * tests read beside it.
 *
 * The result is made of whole folders and files, never of patterns. The engine identifies a picked folder by its
 * content, but a filtered one changes with every change of the source.
 *
 * @param source the whole source.
 * @param service the service's place.
 * @param part `code` leaves out files that a linter does not read; default: everything. These are files directly in
 *   the service's folder that are neither code nor settings, and folders there without a Python file.
 */
export async function serviceSource(
  source: Directory,
  { path, nested, besides }: ServicePlace,
  part?: "code",
): Promise<Directory> {
  if (path === "." && nested.length === 0 && part === undefined) return source;
  const picked: string[] = [];
  for (const folder of above(path)) picked.push(...(await settingsIn(source, folder)));
  picked.push(...besides);
  picked.push(...(await withoutNested(source, path, nested, part)));
  return subset(source, picked);
}

async function settingsIn(source: Directory, folder: string): Promise<string[]> {
  const names = await source.directory(folder).entries();
  return inheritedSettings.filter((name) => names.includes(name)).map((name) => posix.join(folder, name));
}

/** Lists the content of a folder, in whole folders as far as the nested services allow. Folders end with `/`. */
async function withoutNested(
  source: Directory,
  folder: string,
  nested: readonly string[],
  part?: "code",
): Promise<string[]> {
  if (nested.includes(folder)) return [];
  const inside = nested.filter((path) => folder === "." || path.startsWith(`${folder}/`));
  if (inside.length === 0 && part === undefined) return [`${folder}/`];
  const entries = await source.directory(folder).entries();
  const wanted = part === undefined ? entries : await codeOf(source.directory(folder), entries);
  const lists = wanted.map((entry) => {
    const at = posix.join(folder, entry);
    return entry.endsWith("/") ? withoutNested(source, at.slice(0, -1), inside) : [at];
  });
  return (await Promise.all(lists)).flat();
}

/** Picks the folders that contain a Python file, and the files that linters read. */
async function codeOf(folder: Directory, entries: readonly string[]): Promise<string[]> {
  const tops = new Set((await folder.glob("**/*.py*")).map((path) => path.split("/", 1)[0]));
  return entries.filter((entry) =>
    entry.endsWith("/") ? tops.has(entry.slice(0, -1)) : codeFile.test(entry),
  );
}

/** The folders above a path, from the source down: for `a/b/c` these are `.`, `a` and `a/b`. */
function above(path: string): string[] {
  if (path === ".") return [];
  const parts = path.split("/").slice(0, -1);
  return [".", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}
