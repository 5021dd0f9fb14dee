import { isDay } from "#pipelines/text/calendar-day.ts";
import type { Waiver } from "./waiver.ts";

/** A waiver in a comment of the code, or the fault of one. */
export type InlineWaiver = { readonly waiver: Waiver } | { readonly fault: string };

/** Every waiver in the source's code, and every comment that was meant as one. */
export interface InlineWaivers {
  readonly waivers: readonly InlineWaiver[];
  /** The reason why they could not be searched for, if so. */
  readonly fault?: string;
}

/** The number of characters of a comment that are read. */
const longest = 1000;

/** The text of a comment, after the sign that begins it in Python, YAML, Dockerfiles, JavaScript, SQL and HTML. */
const comment = /(?:#|\/\/|--)[ \t]*slipway:[ \t]*ignore\b(.*)$/;

/**
 * Reads the waivers of a line: `# slipway: ignore F401 until 2027-01-31: why`, at its end or alone on the line
 * above. Commas separate several rules.
 *
 * @param lines the file's lines.
 * @param path the file.
 * @param line the flagged line, counted from 1.
 */
export function inlineWaiversAt(
  lines: readonly string[],
  path: string,
  line: number,
): readonly InlineWaiver[] {
  const own = inlineWaiversIn(lines[line - 1] ?? "", path, line);
  const above = (lines[line - 2] ?? "").trim();
  return /^(?:#|\/\/|--|<!--)/.test(above) ? [...own, ...inlineWaiversIn(above, path, line - 1)] : own;
}

/** Reads the waivers in one line. */
export function inlineWaiversIn(text: string, path: string, line: number): readonly InlineWaiver[] {
  const [, long] = comment.exec(text) ?? [];
  if (long === undefined) return [];
  const said = long.slice(0, longest);
  const place = `${path}:${line}`;
  const [, rules, expires = "", reason = ""] =
    /^[ \t]+([\w./@-]+(?:,[ \t]*[\w./@-]+)*)(?:[ \t]+until[ \t]+([^\s:]+))?(?:[ \t]*:[ \t]*(.*))?$/.exec(
      said.replace(/[ \t]*-->[ \t]*$/, ""),
    ) ?? [];
  if (rules === undefined) return [fault(place, "names no rule")];
  if (expires === "") return [fault(place, "has no last day")];
  if (!isDay(expires)) return [fault(place, `has a last day that does not exist, ${expires},`)];
  if (reason.trim() === "") return [fault(place, "gives no reason")];
  return rules
    .split(/,[ \t]*/)
    .map((rule) => ({ waiver: { rule, path, place, reason: reason.trim(), expires } }));
}

function fault(place: string, what: string): InlineWaiver {
  return {
    fault: `the waiver in ${place} ${what} and has no effect; write # slipway: ignore RULE until 2027-01-31: reason`,
  };
}
