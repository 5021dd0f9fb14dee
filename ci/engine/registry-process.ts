import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";
import { cacheDir, digestOf } from "./cache.ts";
import { folderTexts } from "./folder-texts.ts";
import { foreignArchitectures } from "./images/architecture.ts";
import type { Instance } from "./instance.ts";
import { endProcess, isAlive, mark, markedProcesses, processIdSchema, startDetached } from "./process.ts";
import { lastLines } from "./progress.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const patienceMs = 30_000;
const graceMs = 5_000;

export const registrySchema = z
  .object({
    process: processIdSchema,
    port: z.number().int().positive(),
    /** What the process was started from. */
    digest: z.string(),
  })
  .readonly();
export type Registry = z.infer<typeof registrySchema>;

/** The file into which the registry writes, for people, what it builds. `npm run ci` shows it. */
export const progressFile = (): string => join(cacheDir(), "run", "progress.log");

/** Shortens the source that a registry is started from, so that an older one that runs, or one for other platforms, is told apart. */
export async function registryDigest(): Promise<string> {
  const texts = await folderTexts(folder, (file) => /\.(ts|mod|sum|go)$/.test(file));
  return digestOf({ ...texts, "": foreignArchitectures().join() });
}

/**
 * Starts the local registry, which makes a stand-in image when it is first asked for it, as a process
 * that outlives this one, and waits until it listens on 127.0.0.1. It gets the port that this engine's
 * registry had the last time, if that is free.
 *
 * Fails with REGISTRY_NOT_STARTED, with the last lines of its log, if it does not within 30 seconds.
 */
export async function startRegistry(instance: Instance): Promise<Registry> {
  const portFile = join(instance.dir, "registry.port");
  const log = join(instance.dir, "registry.log");
  await mkdir(join(cacheDir(), "run"), { recursive: true });
  const lastPort = await portIn(portFile);
  await rm(portFile, { force: true });
  await rm(log, { force: true });
  const args = ["--port-file", portFile, "--log", log, ...(lastPort ? ["--port", String(lastPort)] : [])];
  const running = startDetached(
    process.execPath,
    ["--import", tsx, join(folder, "registry-main.ts"), ...args],
    {
      log,
      env: {
        [mark]: registryMark(instance),
        SLIPWAY_CACHE: cacheDir(),
        SLIPWAY_PROGRESS_FILE: progressFile(),
      },
    },
  );
  const digest = await registryDigest();
  const deadline = Date.now() + patienceMs;
  while (isAlive(running) && Date.now() < deadline) {
    const port = await portIn(portFile);
    if (port) return { process: running, port, digest };
    await sleep(50);
  }
  throw new Error(
    `REGISTRY_NOT_STARTED: the local registry does not listen. Its log, ${log}, ends:\n${lastLines(log).join("\n")}\n` +
      "Run `npm run engine -- clean` and try again.",
  );
}

/** Ends an engine's registry, and the builds of images that it had under way. */
export async function stopRegistry(instance: Instance): Promise<void> {
  await Promise.all(markedProcesses(registryMark(instance)).map((id) => endProcess(id, graceMs)));
}

/** The mark of the registry's processes, by which they are told from the engine's own. */
const registryMark = (instance: Instance): string => `${instance.runDir}#registry`;

async function portIn(file: string): Promise<number> {
  return existsSync(file) ? Number(await readFile(file, "utf8")) || 0 : 0;
}
