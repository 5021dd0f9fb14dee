import type { Finding } from "./finding.ts";

/** Writes where a finding is, as in `src/a.py:3`, or `0123456789ab:src/a.py:3` in a commit; undefined of no file. */
export function placeText({
  path,
  line,
  commit,
}: Pick<Finding, "path" | "line" | "commit">): string | undefined {
  if (path === undefined) return undefined;
  return `${commit === undefined ? "" : `${shortId(commit)}:`}${path}${line === undefined ? "" : `:${line}`}`;
}

/** A commit's id as people read it. */
export function shortId(commit: string): string {
  return commit.slice(0, 12);
}
