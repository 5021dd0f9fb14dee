/**
 * Names the time window within which results may be reused: its start, in UTC. It is part of the engine's cache
 * keys, so in a new window the tools run again.
 *
 * @param seconds the window's length; windows follow each other from 1970 on.
 * @param now milliseconds since 1970; default: the present time.
 */
export function cacheWindow(seconds: number, now: number = Date.now()): string {
  const length = seconds * 1000;
  return new Date(length > 0 ? Math.floor(now / length) * length : now).toISOString();
}
