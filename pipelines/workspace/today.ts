import { SlipwayError } from "#pipelines/errors/errors.ts";
import { isDay } from "#pipelines/text/calendar-day.ts";
import { printable } from "#pipelines/text/printable.ts";

/**
 * The day that a run judges by: the one that the call names, else today's, in UTC. It decides nothing but which
 * waivers hold, so that no tool runs anew for it.
 *
 * @throws ARGUMENT_INVALID when what the call names is no day.
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
