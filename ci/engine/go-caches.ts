import { join } from "node:path";
import { cacheDir } from "./cache.ts";
import { freeSpace, roomForTests } from "./disk.ts";
import { say } from "./progress.ts";
import { removeTree } from "./remove-tree.ts";

const root = () => join(cacheDir(), "go-build");

/**
 * The variables by which Go keeps downloaded modules and compiled packages in Slipway's cache. Every tool together,
 * that is about 20 GB, which the user's own caches must not get, and which nobody needs after the builds.
 */
export function goCaches(): Readonly<Record<string, string>> {
  return { GOMODCACHE: join(root(), "modules"), GOCACHE: join(root(), "objects") };
}

/** Removes these caches if the engine may need their room. The caller must be the only one that builds. */
export async function trimGoCaches(): Promise<void> {
  if ((await freeSpace()) >= roomForTests) return;
  say("  the disk is getting full: removing the modules and objects of Go builds");
  await removeTree(root());
}
