import { existsSync } from "node:fs";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { engineInstance, type Instance, runRoot } from "./instance.ts";
import { processIdSchema } from "./process.ts";
import { registrySchema } from "./registry-process.ts";

const recordSchema = z.object({
  /** The cache that has its state. */
  cache: z.string().catch(""),
  /** The containers' addresses. */
  range: z.string(),
  /** The digest of the parts that the engine was started from. */
  digest: z.string(),
  started: z.string(),
  // Another version of Slipway may have written the record: then the readable parts are used.
  registry: registrySchema.optional().catch(undefined),
  engine: processIdSchema.optional().catch(undefined),
});

/** The record of an engine that was started: enough to find it again and to remove it. */
export type EngineRecord = Readonly<z.infer<typeof recordSchema>>;

/** Reads an instance's record; undefined if no engine of that name was started. */
export async function readRecord(instance: Instance): Promise<EngineRecord | undefined> {
  if (!existsSync(instance.record)) return undefined;
  return recordSchema.parse(JSON.parse(await readFile(instance.record, "utf8")));
}

/** Writes an instance's record in one step: if this is interrupted, the file has the old or the new record. */
export async function writeRecord(instance: Instance, record: EngineRecord): Promise<void> {
  await writeFile(`${instance.record}.new`, JSON.stringify(record, null, 2));
  await rename(`${instance.record}.new`, instance.record);
}

/** Finds every engine that was started from packages on this machine and was not stopped. */
export async function recordedInstances(): Promise<Instance[]> {
  if (!existsSync(runRoot)) return [];
  const names = (await readdir(runRoot)).filter((name) => existsSync(join(runRoot, name, "record.json")));
  return names.map((name) => engineInstance(name));
}

/** Finds those of `recordedInstances` whose state is in the cache folder `cache`. */
export async function instancesOf(cache: string): Promise<Instance[]> {
  const found: Instance[] = [];
  for (const instance of await recordedInstances()) {
    if ((await readRecord(instance))?.cache === cache) found.push(instance);
  }
  return found;
}
