const secondsOf = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** What a duration looks like: a whole number and one unit, `30s`, `5m`, `1h`, `7d`; a year at most. */
export const durationPattern = /^(?:0|[1-9][0-9]{0,7})[smhd]$/;

/**
 * Reads a duration and returns its seconds, or undefined when it is none or longer than 365 days.
 *
 * @param text a whole number and one of the units s, m, h, d.
 */
export function parseDuration(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  const seconds = Number(text.slice(0, -1)) * (secondsOf.get(text.slice(-1)) ?? Number.NaN);
  return seconds <= 365 * 86_400 ? seconds : undefined;
}
