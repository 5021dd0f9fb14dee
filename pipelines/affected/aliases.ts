import { posix } from "node:path";
import { upwards } from "#pipelines/plan/tree.ts";

/** A symbolic link: its path, and what it leads to as it is written. */
export type Link = readonly [path: string, target: string];

/** So many names of one file are followed; a file with more is one that nobody knows. */
const most = 64;

/**
 * Finds the names that a file of the source has besides its own, because symbolic links lead to it or to a folder
 * around it.
 *
 * @param links the source's links; those that lead out of it are none of its files' names.
 * @returns a function from a path to its other names; undefined where they are too many to tell.
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
      // A link to a folder around itself has itself in it, and so on without an end.
      .filter((link) => name !== link && !name.startsWith(`${link}/`))
      .map((link) => posix.join(link, posix.relative(at, name))),
  );
}
