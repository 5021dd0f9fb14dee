import type { Finding } from "./finding.ts";

/**
 * Writes the place of a finding, as in `src/a.py:3`, or `0123456789ab:src/a.py:3` in a commit; undefined without a
 * file.
 */
export function placeText({
  path,
  line,
  commit,
}: Pick<Finding, "path" | "line" | "commit">): string | undefined {
  if (path === undefined) return undefined;
  return `${commit === undefined ? "" : `${shortId(commit)}:`}${path}${line === undefined ? "" : `:${line}`}`;
}

/** A commit's id in its short form. */
export function shortId(commit: string): string {
  return commit.slice(0, 12);
}
