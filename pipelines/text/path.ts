import { posix } from "node:path";

/** Whether a path is a folder or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}

/** Joins a folder and a name to the shortest path. */
export function join(folder: string, name: string): string {
  return posix.join(folder, name);
}

/** Returns a path in its shortest form: no `./`, no doubled or trailing `/`. */
export function clean(path: string): string {
  const short = posix.normalize(path);
  return short.length > 1 && short.endsWith("/") ? short.slice(0, -1) : short;
}

/** Joins two paths of the source and returns the shortest form; undefined if the result leaves the source. */
export function joinInside(folder: string, path: string): string | undefined {
  const joined = clean(posix.join(folder, path));
  return joined === ".." || joined.startsWith("../") ? undefined : joined;
}
