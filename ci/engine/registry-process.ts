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
    /** The digest of the source that the process was started from. */
    digest: z.string(),
  })
  .readonly();
export type Registry = z.infer<typeof registrySchema>;

/** The file in which the registry reports its builds, for people. `npm run ci` shows it. */
export const progressFile = (): string => join(cacheDir(), "run", "progress.log");

/**
 * Digests the source of a registry, and its platforms. It differs for a registry that older source started, or that
 * builds for other platforms.
 */
export async function registryDigest(): Promise<string> {
  const texts = await folderTexts(folder, (file) => /\.(ts|mod|sum|go)$/.test(file));
  return digestOf({ ...texts, "": foreignArchitectures().join() });
}

/**
 * Starts the local registry as a process that outlives this one, and waits until it listens on 127.0.0.1. The
 * registry makes a stand-in image at the first request for it. It gets the port of this engine's last registry, if
 * that is free.
 *
 * Fails with REGISTRY_NOT_STARTED and the last lines of its log if it does not listen within 30 seconds.
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

/** Ends an engine's registry and its running builds of images. */
export async function stopRegistry(instance: Instance): Promise<void> {
  await Promise.all(markedProcesses(registryMark(instance)).map((id) => endProcess(id, graceMs)));
}

/** The mark of the registry's processes, which tells them from the engine's own. */
const registryMark = (instance: Instance): string => `${instance.runDir}#registry`;

async function portIn(file: string): Promise<number> {
  return existsSync(file) ? Number(await readFile(file, "utf8")) || 0 : 0;
}
