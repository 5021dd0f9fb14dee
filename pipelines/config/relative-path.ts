import { clean } from "#pipelines/text/path.ts";
import { text } from "./leaf.ts";

/**
 * A path below a folder: relative, with `/`, without `..`. `.` is the folder itself. A name may contain any other
 * character of a Linux file name, a newline too.
 */
export const relativePath = text(
  "a relative path with / between folders, without .. and without NUL",
  /^(?!\/)(?!(?:[\s\S]*\/)?\.\.(?:\/|$))[^\0]+$/,
).transform(clean);

/** The same, but neither the folder itself nor a pattern that matches all of it. */
export const innerPath = text(
  "a relative path below the source, without .. and without NUL, and not the whole source",
  /^(?!\/)(?!(?:[\s\S]*\/)?\.\.(?:\/|$))(?![*./]+$)[^\0]+$/,
).transform(clean);

/**
 * A path that may climb with `..`. Whether it leaves the source is checked after it is joined to the service's
 * path.
 */
export const climbingPath = text("a relative path without NUL", /^(?!\/)[^\0]+$/).transform(clean);
