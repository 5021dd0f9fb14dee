import { z } from "zod";
import type { Fixed } from "#pipelines/text/fixed.ts";
import { duration, section, text } from "./leaf.ts";

const number = "[1-9]\\d{0,2}";
const numbers = new RegExp(`^${number}(?:,${number})*$`);
const signed = new RegExp(`^[+-]?${number}(?:,[+-]?${number})*$`);
const few = /^\d{1,2}(?:,\d{1,2}){0,4}$/;
const weekday = "(?:MO|TU|WE|TH|FR|SA|SU)";
const weekdays = new RegExp(`^(?:[+-]?[1-9]\\d?)?${weekday}(?:,(?:[+-]?[1-9]\\d?)?${weekday})*$`);

/** The parts of a rule, each with its values. */
const parts: Readonly<Record<string, { readonly form: RegExp; readonly most?: number }>> = {
  FREQ: { form: /^(?:DAILY|WEEKLY|MONTHLY|YEARLY)$/ },
  INTERVAL: { form: /^[1-9]\d{0,2}$/ },
  COUNT: { form: /^[1-9]\d{0,3}$/ },
  UNTIL: {
    form: /^(?:19|20|21)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?$/,
  },
  BYMONTH: { form: numbers, most: 12 },
  BYMONTHDAY: { form: signed, most: 31 },
  BYDAY: { form: weekdays },
  BYWEEKNO: { form: signed, most: 53 },
  BYYEARDAY: { form: signed, most: 366 },
  BYHOUR: { form: few, most: 23 },
  BYMINUTE: { form: few, most: 59 },
  WKST: { form: new RegExp(`^${weekday}$`) },
};

/** A recurrence rule of RFC 5545, by its parts; undefined if it is none, or one of hours, minutes or seconds. */
function partsOf(rule: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  for (const part of rule.split(";")) {
    const [, name = "", value = ""] = /^([A-Z]{1,20})=([^=]*)$/.exec(part) ?? [];
    const known = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (known === undefined || found.has(name) || !known.form.test(value)) return undefined;
    const { most } = known;
    if (most !== undefined && value.split(",").some((each) => Math.abs(Number(each)) > most))
      return undefined;
    found.set(name, value);
  }
  return found.has("FREQ") && canBegin(found) ? found : undefined;
}

/** Whether a rule has a day that is in the calendar, and in each month only as many weekdays as that has. */
function canBegin(rule: ReadonlyMap<string, string>): boolean {
  const numbersOf = (name: string) => rule.get(name)?.split(",").map(Number);
  const months = numbersOf("BYMONTH") ?? longestMonths.map((_, at) => at + 1);
  const days = numbersOf("BYMONTHDAY") ?? [1];
  const ordinals = [...(rule.get("BYDAY") ?? "").matchAll(/[+-]?(\d+)/g)].map(([, ordinal]) =>
    Number(ordinal),
  );
  const isOfMonth = rule.get("FREQ") === "MONTHLY" || rule.has("BYMONTH");
  return (
    days.some((day) => months.some((month) => Math.abs(day) <= (longestMonths[month - 1] ?? 0))) &&
    ordinals.every((ordinal) => ordinal <= (isOfMonth ? 5 : 53))
  );
}

const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a rule names its days by itself. Others go by the day on which they begin. */
function namesDays(rule: string): boolean {
  const found = partsOf(rule);
  if (found === undefined) return true;
  const has = (...names: readonly string[]) => names.some((name) => found.has(name));
  if (has("INTERVAL", "COUNT")) return false;
  const days: Readonly<Record<string, boolean>> = {
    DAILY: true,
    WEEKLY: has("BYDAY"),
    MONTHLY: has("BYDAY", "BYMONTHDAY"),
    YEARLY: has("BYDAY", "BYMONTHDAY", "BYYEARDAY"),
  };
  return days[found.get("FREQ") ?? ""] === true;
}

const isZone = (name: string) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};

/** Whether a day is in the calendar, and in this time. */
function isDay(value: string): boolean {
  const time = new Date(value.length === 10 ? value : `${value}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value) && /^2[01]/.test(value);
}

const rule = "a rule of RFC 5545 by days, as in FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=23";
const zone = "the name of a time zone, as in Europe/Berlin";
const day = "a day or a time without zone, as in 2026-12-23 or 2026-12-23T18:00";

/** A time in which nothing is promoted to an environment. */
export const freeze = section({
  rrule: text(rule, /^[A-Z0-9=;,+-]+$/, 300)
    .refine((value) => partsOf(value) !== undefined, { error: rule })
    .optional()
    .describe("When it begins, again and again, as an RRULE of RFC 5545; default: once, at `start`."),
  start: text(day, /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?$/, 19)
    .refine(isDay, { error: day })
    .optional()
    .describe(
      "When it begins, or when its rule does, in the time zone; default: midnight of a day in the past.",
    ),
  duration: duration("1m", "365d").describe("How long it lasts each time."),
  timezone: text(zone, /^[A-Za-z][\w+/-]*$/, 64)
    .refine(isZone, { error: zone })
    .prefault("UTC")
    .describe("The time zone of its rule and its start."),
  reason: text("text of one line", /^[^\p{C}]+$/u, 500).describe("Why, for whoever is refused."),
}).superRefine(({ rrule, start }, context) => {
  const fault = (message: string) => context.addIssue({ code: "custom", path: ["start"], message });
  if (start === undefined && rrule === undefined) fault("`rrule` or `start`: when it begins");
  else if (start === undefined && rrule !== undefined && !namesDays(rrule))
    fault("a start: the rule alone does not say on which days");
});

export type Freeze = Fixed<z.output<typeof freeze>>;
