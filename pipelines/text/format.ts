/**
 * Prints a percentage with one decimal, cut off and never rounded up: 79.999 is `79.9 %`. A figure below a limit
 * therefore never looks equal to it.
 *
 * @param percent 0 to 100.
 */
export function percentText(percent: number): string {
  if (percent > 0 && percent < 0.1) return "0.0 %";
  const digits = /^(\d+)(\.\d)?/.exec(String(percent));
  return digits === null ? `${percent} %` : `${digits[1]}${digits[2] ?? ""} %`;
}

/** Prints a duration: `0.4 s`, `12.0 s`, `2 min 05 s`. */
export function secondsText(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "–";
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Prints a count with its noun: `1 test`, `14 tests`, `2 vulnerabilities`, `3 weaknesses`. */
export function countText(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  if (noun.endsWith("y")) return `${count} ${noun.slice(0, -1)}ies`;
  return `${count} ${noun}${noun.endsWith("s") ? "es" : "s"}`;
}
