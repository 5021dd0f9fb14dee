const secondsOf = new Map([
  ["ns", 1e-9],
  ["us", 1e-6],
  ["µs", 1e-6],
  ["μs", 1e-6],
  ["ms", 1e-3],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/** The longest accepted duration: a day. A less frequent check is not a useful probe. */
const longest = 86_400;

/**
 * Reads a duration as Docker does, such as `1m30s`, `1.5s`, `500ms`. Returns whole seconds, rounded up, because
 * Kubernetes counts in those; undefined if the text is not a duration or is longer than a day.
 * https://pkg.go.dev/time#ParseDuration
 */
export function goSeconds(text: string): number | undefined {
  if (text === "0") return 0;
  const part = /(\d{1,12}\.?\d{0,12}|\.\d{1,12})(ns|us|µs|μs|ms|s|m|h)/g;
  if (text === "" || text.replace(part, "") !== "") return undefined;
  const parts = [...text.matchAll(part)].map(([, figure, unit = ""]) => [Number(figure), unit] as const);
  const seconds = parts.reduce((sum, [figure, unit]) => sum + figure * (secondsOf.get(unit) ?? 0), 0);
  // The rounding error of numbers like 0.1 must not add a second.
  return seconds <= longest ? Math.ceil(Number(seconds.toFixed(9))) : undefined;
}
