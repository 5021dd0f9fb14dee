/** What a query must be over a time. */
export interface Bounds {
  readonly max?: number;
  readonly min?: number;
  /** How many values it must have at least. */
  readonly minSamples: number;
  /** When the time ends, and how far apart its values are, in seconds. */
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
  const values = series.flatMap(({ values: all }) =>
    all.map(([time, value]) => ({ time, value: numberOf(value) })),
  );
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
  const why = unjudged(series.length, numbers.length, last, bounds, warnings);
  return why === undefined ? { outcome: "passed", ...seen } : { outcome: "errored", ...seen, why };
}

function unjudged(
  series: number,
  samples: number,
  last: number,
  { minSamples, end, step }: Bounds,
  warnings: readonly string[],
): string | undefined {
  if (series > 1)
    return `the query has ${series} series, and must have one: aggregate them, as by sum or max`;
  if (samples < minSamples) return `${samples} of at least ${minSamples} values`;
  if (end - last > 3 * step) return `no value since ${new Date(last * 1000).toISOString()}`;
  return warnings.length === 0 ? undefined : `the server warns: ${warnings.join("; ").slice(0, 500)}`;
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
  return Array.isArray(warnings) ? { series: result, warnings: warnings.map(String) } : undefined;
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

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
