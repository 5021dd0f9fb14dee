import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { freeSpace, leastForEngine, roomForTests } from "./disk.ts";
import { step } from "./progress.ts";
import { removeTree } from "./remove-tree.ts";

/**
 * Decides why an engine's cache must go before the engine starts; undefined if it may stay. It goes if the disk is
 * full, since the engine would prune without end. What was made with other images is no longer found, and with the
 * new cache beside it the disk would get full.
 *
 * @param free what is free on its disk, in GB.
 * @param isOfOtherImages whether other images than today's were there when it was made.
 */
export function reasonToRemove(free: number, isOfOtherImages: boolean): string | undefined {
  if (free < leastForEngine) return `only ${free.toFixed(0)} GB of the disk are free`;
  if (isOfOtherImages && free < roomForTests)
    return `it was made with other images, and only ${free.toFixed(0)} GB of the disk are free`;
  return undefined;
}

/** What a note begins with. Earlier ones told of every program's image too, which is no reason to remove a cache. */
const form = "base images ";

function isOther(before: string, images: string): boolean {
  return before === "" || (before.startsWith(form) && before !== form + images);
}

/**
 * Removes an engine's cache if it must go, and notes with which images the next one is made. The engine must not run.
 *
 * @param state the folder of the cache.
 * @param images a digest of the images that much is made with. @param free in GB; default: what is free now.
 */
export async function makeRoom(state: string, images: string, free = freeSpace()): Promise<void> {
  const note = join(dirname(state), "images.txt");
  // Nobody knows what a cache without a note was made with.
  const before = existsSync(note) ? await readFile(note, "utf8") : "";
  if (existsSync(state)) {
    const why = reasonToRemove(await free, isOther(before, images));
    if (why !== undefined) await step(`removing the engine's cache: ${why}`, () => removeTree(state));
  }
  await mkdir(dirname(state), { recursive: true });
  await writeFile(note, form + images);
}
