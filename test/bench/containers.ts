import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readContainer, type StartedContainer } from "./container.ts";

/**
 * Notes every container that an engine starts, by the OCI bundles that it writes. What the CLI prints does not tell:
 * it has `DONE [0.0s]` for a call that was only noted, for one that was answered from the cache, and for a short one.
 *
 * @param state the engine's state folder.
 * @returns a function that ends the watch and hands back what was started.
 */
export function watchContainers(state: string): () => Promise<readonly StartedContainer[]> {
  const folder = join(state, "worker", "executor");
  const seen = new Map<string, Promise<StartedContainer | undefined>>();
  const watcher = watch(folder, (_, name) => {
    if (name === null || name.includes(".") || seen.has(name)) return;
    seen.set(name, read(join(folder, name, "config.json")));
  });
  return async () => {
    watcher.close();
    const started = await Promise.all(seen.values());
    return started.flatMap((container) => container ?? []);
  };
}

/** The bundle's folder is there before its file is, and gone soon after the container has ended. */
async function read(file: string): Promise<StartedContainer | undefined> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const text = await readFile(file, "utf8").catch(() => "");
    const container = readContainer(text);
    if (container) return container;
    await sleep(5);
  }
  return undefined;
}
