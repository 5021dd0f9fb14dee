import { posix } from "node:path";

import { text } from "./leaf.ts";

/**
 * A path below a folder: relative, with `/`, never `..`. `.` is the folder itself. A name may hold anything
 * else that a Linux file name may hold, a newline too.
 */
export const relativePath = text(
  "a relative path with / between folders, without .. and without NUL",
  /^(?!\/)(?!(?:[\s\S]*\/)?\.\.(?:\/|$))[^\0]+$/,
).transform(clean);

/** The same, but not the folder itself, nor a pattern that takes in all of it. */
export const innerPath = text(
  "a relative path below the source, without .. and without NUL, and not the whole source",
  /^(?!\/)(?!(?:[\s\S]*\/)?\.\.(?:\/|$))(?![*./]+$)[^\0]+$/,
).transform(clean);

/** A path that may climb with `..`; whether it leaves the source is seen once it is joined to the service's path. */
export const climbingPath = text("a relative path without NUL", /^(?!\/)[^\0]+$/).transform(clean);

/** Joins two paths of the source and returns the outcome in its shortest form, or undefined when it leaves the source. */
export function joinInside(folder: string, path: string): string | undefined {
  const joined = clean(posix.join(folder, path));
  return joined === ".." || joined.startsWith("../") ? undefined : joined;
}

/** Brings a path into its one shortest form: no `./`, no doubled or trailing `/`. */
export function clean(path: string): string {
  const short = posix.normalize(path);
  return short.length > 1 && short.endsWith("/") ? short.slice(0, -1) : short;
}
