import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import type { Freeze } from "#pipelines/config/freeze.ts";

dayjs.extend(utc);
dayjs.extend(timezone);

/** A freeze that is in force. */
export interface ActiveFreeze {
  readonly reason: string;
  readonly until: Date;
  /** The time zone of its rule. */
  readonly timezone: string;
}

/**
 * Finds the freeze that is in force at a time, of several the one that ends last; undefined if there is none. A rule
 * goes by the clocks of its time zone, also through changes of summer time.
 */
export async function freezeAt(freezes: readonly Freeze[], now: Date): Promise<ActiveFreeze | undefined> {
  const all = await Promise.all(freezes.map((freeze) => activeOf(freeze, now)));
  return all.reduce(
    (last, each) => (last === undefined || (each && each.until > last.until) ? (each ?? last) : last),
    undefined,
  );
}

/** When an environment is free again, and why it is not. */
export function freezeText({ reason, until, timezone: zone }: ActiveFreeze): string {
  return `${reason} (until ${dayjs(until).tz(zone).format("YYYY-MM-DD HH:mm")} ${zone})`;
}

/** The clocks of a time zone, as a time that the library of rules takes: it knows none. */
const clockIn = "YYYY-MM-DDTHH:mm:ss";

/** What the clocks of a time zone show at a time. */
function clockOf(time: Date, zone: string): Date {
  return new Date(`${dayjs(time).tz(zone).format(clockIn)}Z`);
}

async function activeOf(freeze: Freeze, now: Date): Promise<ActiveFreeze | undefined> {
  const { reason, timezone: zone, duration } = freeze;
  const clock = clockOf(now, zone);
  const begin = await beginBefore(freeze, clock);
  if (begin === undefined) return undefined;
  const end = new Date(begin.getTime() + duration * 1000).toISOString().slice(0, 19);
  const until = dayjs.tz(end, zone).toDate();
  return until > now ? { reason, until, timezone: zone } : undefined;
}

type Library = Pick<typeof import("rrule"), "RRule">;

/** The newest time at which a freeze began, by the clocks of its time zone. */
async function beginBefore({ rrule, start, timezone: zone }: Freeze, clock: Date): Promise<Date | undefined> {
  const first = start === undefined ? undefined : new Date(start.includes("T") ? `${start}Z` : start);
  if (rrule === undefined) return first !== undefined && first <= clock ? first : undefined;
  // Loaded here: most repositories have no rule. Some loaders give it a default, and some do not.
  const library = (await import("rrule")) as Library & { readonly default?: Library };
  const { RRule } = library.default ?? library;
  const dtstart = first ?? new Date(Date.UTC(clock.getUTCFullYear() - 2, 0, 1));
  const options = RRule.parseString(withoutUntil(rrule));
  // Without an end, the library searches for thousands of years.
  const last = untilOf(rrule, zone);
  const until = last !== undefined && last < clock ? last : clock;
  return new RRule({ ...options, dtstart, until }).before(clock, true) ?? undefined;
}

function withoutUntil(rrule: string): string {
  return rrule
    .split(";")
    .filter((part) => !part.startsWith("UNTIL="))
    .join(";");
}

/** The last time at which a rule may begin, by the clocks of its time zone: a day is whole, and `Z` is UTC. */
function untilOf(rrule: string, zone: string): Date | undefined {
  const [, year, month, day, time = "T235959"] =
    /(?:^|;)UNTIL=(\d{4})(\d{2})(\d{2})(T\d{6}Z?)?/.exec(rrule) ?? [];
  if (year === undefined) return undefined;
  const [, hour, minute, second] = /T(\d{2})(\d{2})(\d{2})/.exec(time) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return time.endsWith("Z") ? clockOf(at, zone) : at;
}
