import { statfs } from "node:fs/promises";
import { cacheDir } from "./cache.ts";
import { say } from "./progress.ts";

/** In GB. An engine with less room prunes all the time, and v0.19.10 may hang then: see notes/engine.md. */
export const leastForEngine = 15;

/** In GB. All tests take about 45 from an empty cache. */
export const roomForTests = 50;

/** How much of the disk with Slipway's cache is free, in GB. */
export async function freeSpace(): Promise<number> {
  const { bavail, bsize } = await statfs(cacheDir());
  return (bavail * bsize) / 1_000_000_000;
}

/** Says that an engine may not have enough room. */
export async function warnOfFullDisk(): Promise<void> {
  const free = await freeSpace();
  if (free >= leastForEngine) return;
  say(
    `! only ${free.toFixed(0)} GB of the disk with ${cacheDir()} are free, and calls may hang. Free some, or set SLIPWAY_CACHE to a folder on another disk`,
  );
}
