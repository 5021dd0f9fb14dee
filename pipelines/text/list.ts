import { printable } from "./printable.ts";

/** Names five and counts the rest: `: a, b, c, d, e and 2 more`; empty for an empty list. */
export function listText(names: readonly string[]): string {
  const unique = [...new Set(names.map((name) => printable(name).slice(0, 120)))];
  if (unique.length === 0) return "";
  const more = unique.length - 5;
  return `: ${unique.slice(0, 5).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Joins the clauses that there are; undefined if there is none. */
export function clauses(...all: readonly (string | undefined)[]): string | undefined {
  return all.filter((each) => each !== undefined).join("; ") || undefined;
}
