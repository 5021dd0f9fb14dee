const secondsOf = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** The form of a duration: a whole number and one unit, such as `30s`, `5m`, `1h`, `7d`; at most a year. */
export const durationPattern = /^(?:0|[1-9][0-9]{0,7})[smhd]$/;

/**
 * Reads a duration and returns its seconds; undefined if the text is not a duration or is longer than 365 days.
 *
 * @param text a whole number and one of the units s, m, h, d.
 */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  const seconds = Number(text.slice(0, -1)) * (secondsOf.get(text.slice(-1)) ?? Number.NaN);
  return seconds <= 365 * 86_400 ? seconds : undefined;
}
