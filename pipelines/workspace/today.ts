import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { WaiverPeriod } from "#pipelines/gates/waiver.ts";
import { isDay } from "#pipelines/text/calendar-day.ts";
import { printable } from "#pipelines/text/printable.ts";

/**
 * The day on which a run judges: the one that the call names, else today in UTC. It only decides which waivers are
 * valid, so a new day does not make a tool run again.
 *
 * @throws ARGUMENT_INVALID when the call's day is not a date.
 */
export function judgementDay(named: string | undefined, now: Date = new Date()): string {
  if (named === undefined) return now.toISOString().slice(0, 10);
  if (isDay(named)) return named;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `--today=${printable(named).slice(0, 40)} is not a date`,
    "Pass a date such as --today=2027-01-31, or remove the argument.",
  );
}

/**
 * The days that the last day of a waiver may have.
 *
 * @param term the longest term, in seconds.
 * @param named the day that the call names.
 */
export function waiverPeriod(term: number, named?: string, now?: Date): WaiverPeriod {
  const today = judgementDay(named, now);
  const latest = new Date(Date.parse(`${today}T00:00:00Z`) + term * 1000);
  return { today, latest: judgementDay(undefined, latest) };
}
