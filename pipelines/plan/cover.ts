import { posix } from "node:path";

/**
 * Describes the wanted files in as few paths as possible. A folder that contains no other files becomes one path,
 * ending with `/`; the other files are listed by themselves.
 *
 * @param wanted the files.
 * @param all every file of the source.
 */
export function cover(wanted: readonly string[], all: readonly string[]): readonly string[] {
  const folders = wholeFolders(wanted, all);
  const parts = [...[...folders].map((folder) => `${folder}/`), ...new Set(wanted)];
  return parts.filter((part) => !above(part).some((folder) => folders.has(folder))).sort();
}

function wholeFolders(wanted: readonly string[], all: readonly string[]): ReadonlySet<string> {
  const left = new Map<string, number>();
  const count = (paths: readonly string[], by: 1 | -1) => {
    for (const folder of [...new Set(paths)].flatMap(above)) left.set(folder, (left.get(folder) ?? 0) + by);
  };
  count(all, 1);
  count(wanted, -1);
  return new Set([...left].filter(([, others]) => others === 0).map(([folder]) => folder));
}

/** The folders that contain a path, without the source itself. */
function above(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === "." ? [] : [folder, ...above(folder)];
}
