/**
 * Names the window of time within which results may be reused: its start, in UTC. Whatever the engine keeps is
 * keyed by it, so a new window looks anew.
 *
 * @param seconds the window's length; windows lie end to end from 1970 on.
 * @param now milliseconds since 1970.
 */
export function cacheWindow(seconds: number, now: number = Date.now()): string {
  const length = seconds * 1000;
  return new Date(length > 0 ? Math.floor(now / length) * length : now).toISOString();
}
