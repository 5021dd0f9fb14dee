import { codedError, shown } from "./errors.ts";

/** Returns the address of a server. Fails with ARGUMENT_INVALID on one that is no address, or has a login in it. */
export function checkServer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === "" && url.password === "";
  if (isPlain && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "") return url;
  throw codedError(
    "ARGUMENT_INVALID",
    `server: ${shown(text)} is not the address of a server`,
    "Pass it as in https://prometheus.example.com, and a login as --username and --token.",
  );
}

/** Returns a query. Fails with ARGUMENT_INVALID on an empty one, and on one of more than 10,000 characters. */
export function checkQuery(query: string): string {
  if (query.trim() !== "" && query.length <= 10_000) return query;
  throw codedError(
    "ARGUMENT_INVALID",
    `query: ${shown(query)} is no query`,
    "Pass an expression of PromQL, of 10,000 characters at most.",
  );
}

/** Returns a time in seconds since 1970. Fails with ARGUMENT_INVALID on what is none in ISO 8601. */
export function secondsOf(time: string, name: string): number {
  const isZoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(time);
  const at = isZoned ? new Date(time).getTime() : Number.NaN;
  if (!Number.isNaN(at)) return at / 1000;
  throw codedError(
    "ARGUMENT_INVALID",
    `${name}: ${shown(time)} is not a time`,
    "Write it as in 2026-12-01T10:00:00Z.",
  );
}

/** Returns a number; undefined for empty text. Fails with ARGUMENT_INVALID on anything else. */
export function boundOf(text: string, name: string): number | undefined {
  if (text === "") return undefined;
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw codedError("ARGUMENT_INVALID", `${name}: ${shown(text)} is not a number`, "Write it as in 0.01.");
}

/** Returns a count. Fails with ARGUMENT_INVALID on one that is not within the limits. */
export function countOf(value: number, name: string, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw codedError(
    "ARGUMENT_INVALID",
    `${name}: ${value} is not a whole number from ${least} to ${most}`,
    `Pass one from ${least} to ${most}.`,
  );
}
