import { timeText } from "../time.ts";
import type { RecordedEntry } from "./chain.ts";
import type { Entry } from "./entry.ts";

/** A hold, as it is on record. */
export type Hold = Extract<Entry, { readonly step: "hold" }>;

/** The hold that is in force in an environment; undefined if none is. */
export function holdIn(entries: readonly RecordedEntry[], now: Date): Hold | undefined {
  const newest = entries
    .map(({ entry }) => entry)
    .findLast(({ step }) => step === "hold" || step === "resume");
  if (newest?.step !== "hold") return undefined;
  return newest.until === undefined || new Date(newest.until) > now ? newest : undefined;
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
