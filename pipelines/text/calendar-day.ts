import { SlipwayError } from "#pipelines/errors/errors.ts";
import { printable } from "./printable.ts";

/** Says whether a text is a day that the calendar has, as in 2027-01-31. Days compare as text. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/**
 * The day that a run judges by: the one that the call names, else today's, in UTC. It decides nothing but which
 * waivers hold, so that no tool runs anew for it.
 *
 * @throws ARGUMENT_INVALID when what the call names is no day.
 */
export function dayOf(named: string | undefined, now: Date = new Date()): string {
  if (named === undefined) return now.toISOString().slice(0, 10);
  if (isDay(named)) return named;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `today is '${printable(named).slice(0, 40)}', which is no day`,
    "Give it as in 2027-01-31, or leave it out.",
  );
}
