import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { withLock } from "./lock.ts";
import { removeTree } from "./remove-tree.ts";

/** Marks this folder as a cache, for backup programs and for `removeCache` (https://bford.info/cachedir/). */
const tag = "CACHEDIR.TAG";

/**
 * Returns the folder that holds everything built: $SLIPWAY_CACHE, else $XDG_CACHE_HOME/slipway, else
 * ~/.cache/slipway.
 */
export function cacheDir(): string {
  const { SLIPWAY_CACHE, XDG_CACHE_HOME } = process.env;
  if (SLIPWAY_CACHE) return resolve(SLIPWAY_CACHE);
  return XDG_CACHE_HOME ? resolve(XDG_CACHE_HOME, "slipway") : join(homedir(), ".cache", "slipway");
}

/**
 * Returns the folder that `build` fills for `key`. Builds it only if no earlier run did.
 *
 * The folder is built beside its final place and then moved there, so a killed build leaves nothing that looks
 * finished. Two processes that ask at the same time build once. An entry never changes after the build, so the key
 * must contain everything that affects the content.
 *
 * Fails with the error of `build`. It then keeps nothing, and the next call builds again.
 *
 * @param kind the folder's parent, a word in kebab-case such as `go-tool`.
 * @param key everything that the content depends on: any JSON value. The order of its properties does not matter.
 * @param build fills the empty folder that it gets. It must not keep the folder's path, which changes.
 * @returns the absolute path of the folder.
 */
export async function cached(
  kind: string,
  key: unknown,
  build: (dir: string) => Promise<void>,
): Promise<string> {
  const name = digestOf(key);
  const parent = join(cacheDir(), kind);
  const entry = join(parent, name);
  if (existsSync(entry)) return entry;

  await mkdir(parent, { recursive: true });
  await writeFile(join(cacheDir(), tag), "Signature: 8a477f597d28d172789f06886806bc55\n");
  return withLock(join(cacheDir(), "locks", `${kind}-${name}`), async () => {
    if (existsSync(entry)) return entry;
    await removeLeftovers(parent, name);
    const partial = join(parent, `.${name}.${process.pid}.partial`);
    await mkdir(partial);
    try {
      await build(partial);
      await rename(partial, entry);
    } catch (error) {
      await removeTree(partial);
      throw error;
    }
    return entry;
  });
}

/**
 * Removes the whole cache folder.
 *
 * Fails with CACHE_NOT_OURS if the folder does not have the cache's tag, and then removes nothing.
 */
export async function removeCache(): Promise<void> {
  const dir = cacheDir();
  if (!existsSync(dir)) return;
  if (!existsSync(join(dir, tag))) {
    throw new Error(
      `CACHE_NOT_OURS: ${dir} has no ${tag}, so it is not a cache of Slipway. Set SLIPWAY_CACHE to the cache, or remove the folder by hand.`,
    );
  }
  await removeTree(dir);
}

/** Hashes any JSON value to the first 32 hexadecimal digits of its SHA-256. Equal values have equal digits. */
export function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex")
    .slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value ?? null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}

/** Removes the remains of a killed build. Nobody else writes there, because the caller holds the entry's lock. */
async function removeLeftovers(parent: string, name: string): Promise<void> {
  const leftovers = (await readdir(parent)).filter((file) => file.startsWith(`.${name}.`));
  await Promise.all(leftovers.map((file) => removeTree(join(parent, file))));
}
