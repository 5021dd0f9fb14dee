import { jsonIn } from "./json.ts";

/** What a query must be over a time. */
export interface Bounds {
  readonly max?: number;
  readonly min?: number;
  /** How many values it must have at least. */
  readonly minSamples: number;
  /** When the time begins and ends, and how far apart its values are, in seconds. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * The verdict on a query. `failed`: a value is out of bounds. `errored`: there is not enough to judge by. Only `passed`
 * says that somebody looked.
 */
export interface Verdict {
  readonly outcome: "passed" | "failed" | "errored";
  /** How many values are numbers. */
  readonly samples: number;
  /** The lowest and the highest of them, if they are finite. */
  readonly lowest?: number;
  readonly highest?: number;
  /** Why it did not pass. */
  readonly why?: string;
}

/** The answer to a query over a time: one list of values for each series. */
interface Series {
  readonly values: readonly (readonly [time: number, value: string])[];
}

/**
 * Judges the answer of Prometheus to a query over a time. It passes only if one series has enough values up to the
 * end, and all of them are within the bounds. No value, one that is no number, several series, warnings of the server,
 * and an answer of another form are never a pass.
 *
 * @param text the answer of /api/v1/query_range
 */
export function judged(text: string, bounds: Bounds): Verdict {
  const answer = answerIn(text);
  if (answer === undefined) return { outcome: "errored", samples: 0, why: "the answer is not a whole one" };
  const { series, warnings } = answer;
  // What is not whole, or not one series, says nothing of a value either.
  const vague = vagueness(series.length, warnings);
  if (vague !== undefined) return { outcome: "errored", samples: 0, why: vague };
  const values = valuesIn(series[0]?.values ?? [], bounds);
  const seenValues = values.filter(({ value }) => Number.isFinite(value));
  const numbers = seenValues.map(({ value }) => value);
  const [lowest, highest] = [least(numbers), -least(numbers.map((value) => -value))];
  const seen = {
    samples: numbers.length,
    ...(Number.isFinite(lowest) && { lowest }),
    ...(Number.isFinite(highest) && { highest }),
  };
  const { max, min } = bounds;
  const bad = values.find(
    ({ value }) => (max !== undefined && value > max) || (min !== undefined && value < min),
  );
  if (bad !== undefined) return { outcome: "failed", ...seen, why: outOf(bad.value, bounds) };
  const last = -least(seenValues.map(({ time }) => -time));
  const why = unjudged(numbers.length, last, bounds);
  return why === undefined ? { outcome: "passed", ...seen } : { outcome: "errored", ...seen, why };
}

/** The values within the time, one for each moment: servers may begin before it. */
function valuesIn(all: Series["values"], { start, end }: Bounds) {
  const within = all.filter(([time]) => time >= start && time <= end);
  const byTime = new Map(within.map(([time, value]) => [time, value]));
  return [...byTime].map(([time, value]) => ({ time, value: numberOf(value) }));
}

function vagueness(series: number, warnings: readonly string[]): string | undefined {
  if (series > 1)
    return `the query has ${series} series, and must have one: aggregate them, as by sum or max`;
  return warnings.length === 0 ? undefined : `the server warns: ${warnings.join("; ").slice(0, 500)}`;
}

function unjudged(
  samples: number,
  last: number,
  { minSamples, start, end, step }: Bounds,
): string | undefined {
  if (samples < minSamples) return `${samples} of at least ${minSamples} values`;
  const longest = Math.max(step, Math.min(3 * step, (end - start) / 4));
  return end - last > longest ? `no value since ${new Date(last * 1000).toISOString()}` : undefined;
}

function outOf(value: number, { max, min }: Bounds): string {
  const bound = max !== undefined && value > max ? `more than ${max}` : `less than ${min}`;
  return `${value} is ${bound}`;
}

/** Without spreading: an answer may have more values than a call may have arguments. */
function least(values: readonly number[]): number {
  return values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
}

/** A value as Prometheus writes it. */
function numberOf(text: string): number {
  if (/^[+-]?Inf$/.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text.trim() === "" ? Number.NaN : Number(text);
}

function answerIn(
  text: string,
): { readonly series: readonly Series[]; readonly warnings: readonly string[] } | undefined {
  const answer = jsonIn(text);
  if (!isTable(answer) || answer.status !== "success" || !isTable(answer.data)) return undefined;
  const { resultType, result } = answer.data;
  if (resultType !== "matrix" || !Array.isArray(result) || !result.every(isSeries)) return undefined;
  // Servers that speak the same API say so of an answer that lacks a part.
  const { warnings = [], error, isPartial = false } = answer;
  if (error !== undefined || isPartial !== false) return undefined;
  const areTexts = Array.isArray(warnings) && warnings.every((each) => typeof each === "string");
  return areTexts ? { series: result, warnings } : undefined;
}

function isSeries(value: unknown): value is Series {
  return (
    isTable(value) &&
    Array.isArray(value.values) &&
    value.values.every(
      (pair) => Array.isArray(pair) && typeof pair[0] === "number" && typeof pair[1] === "string",
    )
  );
}

/** Whether a value is an object of JSON, and no list. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
