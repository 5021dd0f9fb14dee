import { timeText } from "../time.ts";
import type { RecordedEntry } from "./chain.ts";
import type { Entry } from "./entry.ts";

/** A hold, as it is on record. */
export type Hold = Extract<Entry, { readonly step: "hold" }>;

/** The hold that is in force in an environment; undefined if none is. */
export function holdIn(entries: readonly RecordedEntry[], now: Date): Hold | undefined {
  const all = entries.map(({ entry }) => entry);
  const since = all.slice(all.findLastIndex(({ step }) => step === "resume") + 1);
  return longestOf(
    since
      .filter((entry) => entry.step === "hold")
      .filter(({ until }) => until === undefined || new Date(until) > now),
  );
}

/** The hold that ends last. One without an end ends by `resume` alone. */
export function longestOf<Held extends Pick<Hold, "until">>(holds: readonly Held[]): Held | undefined {
  const end = ({ until }: Held) =>
    until === undefined ? Number.POSITIVE_INFINITY : new Date(until).getTime();
  return holds.reduce<Held | undefined>(
    (longest, each) => (longest === undefined || end(each) >= end(longest) ? each : longest),
    undefined,
  );
}

/** Whether somebody resumed an environment after its newest rollback. */
export function isResumed(entries: readonly RecordedEntry[]): boolean {
  return (
    entries.map(({ entry }) => entry.step).findLast((step) => step === "rollback" || step === "resume") ===
    "resume"
  );
}

/** Why an environment is held, by whom, and until when. */
export function holdText({ reason, until, by }: Pick<Hold, "reason" | "until" | "by">): string {
  const who = by === undefined ? "" : `, by ${by}`;
  const end = until === undefined ? "until somebody resumes it" : `until ${timeText(new Date(until))}`;
  return `${reason} (${end}${who})`;
}
