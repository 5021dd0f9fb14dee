import { posix } from "node:path";
import { upwards } from "#pipelines/plan/tree.ts";

/** A symbolic link: its path, and its target as it is written. */
export type Link = readonly [path: string, target: string];

/** The most names of one file that are followed. A file with more counts as unknown. */
const most = 64;

/**
 * Finds the further names of a file: symbolic links lead to it or to a folder around it.
 *
 * @param links the links of the source; those that lead out of it give no file a name.
 * @returns a function from a path to its other names; undefined if there are too many to tell.
 */
export function aliasesBy(links: readonly Link[]): (path: string) => readonly string[] | undefined {
  const byTarget = new Map<string, string[]>();
  for (const [path, target] of links) {
    const end = target.startsWith("/") ? ".." : posix.join(posix.dirname(path), target).replace(/\/$/, "");
    if (end !== ".." && !end.startsWith("../")) byTarget.set(end, [...(byTarget.get(end) ?? []), path]);
  }
  return (path) => {
    if (byTarget.size === 0) return [];
    const found = new Set([path]);
    for (const name of found) {
      for (const alias of aliases(name, byTarget)) found.add(alias);
      if (found.size > most) return undefined;
    }
    found.delete(path);
    return [...found];
  };
}

function aliases(name: string, byTarget: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return upwards(name).flatMap((at) =>
    (byTarget.get(at) ?? [])
      // A link to a folder around itself contains itself, without an end.
      .filter((link) => name !== link && !name.startsWith(`${link}/`))
      .map((link) => posix.join(link, posix.relative(at, name))),
  );
}
