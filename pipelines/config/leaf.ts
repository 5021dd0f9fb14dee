import { z } from "zod";

import { durationPattern, parseDuration } from "./duration.ts";

/**
 * A string that matches a pattern. If a value does not match, the message prints the text of `allowed` after
 * `allowed:`.
 */
export function text(allowed: string, pattern: RegExp, longest = 4096) {
  return z
    .string({ error: allowed })
    .max(longest, { error: allowed, abort: true })
    .regex(pattern, { error: allowed });
}

/** A map from names that match a pattern to values of one schema. */
export function map<Value extends z.ZodType>(names: z.ZodString, value: Value, allowed: string) {
  return z.record(names, value, { error: allowed });
}

/** A map with exactly the given keys. For an unknown key, the message lists the known ones. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? keys : `a map of ${keys}`),
  });
}

/** A list of values of one schema. */
export function list<Value extends z.ZodType>(value: Value, allowed: string) {
  return z.array(value, { error: allowed }).max(256, { error: `${allowed}, 256 at most` });
}

/** A duration between two others, read as seconds. */
export function duration(least: string, most: string) {
  const allowed = `a duration from ${least} to ${most}, as in 30s, 5m, 1h, 7d`;
  const from = parseDuration(least) ?? 0;
  const to = parseDuration(most) ?? 0;
  return text(allowed, durationPattern, 9)
    .refine((value) => within(parseDuration(value), from, to), { error: allowed })
    .transform((value) => parseDuration(value) ?? Number.NaN);
}

function within(seconds: number | undefined, from: number, to: number): boolean {
  return seconds !== undefined && seconds >= from && seconds <= to;
}

/** True or false. */
export const flag = z.boolean({ error: "true or false" });

/** Any text that a process can be given. */
export const argument = text("text without a NUL character", /^[^\0]*$/, 65_536);

/** The name of an environment variable or a build argument. */
export const variable = text(
  "a name of letters, digits and _, not beginning with a digit",
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  255,
);

/** Names of the call's secrets. */
export const secretNames = list(variable, "a list of names").refine(
  (names) => new Set(names).size === names.length,
  { error: "each name once" },
);

/** Environment variables. */
export const environment = map(variable, argument, "a map of names to text");
