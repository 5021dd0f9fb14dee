import { existsSync } from "node:fs";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { engineInstance, type Instance, runRoot } from "./instance.ts";
import { processIdSchema } from "./process.ts";
import { registrySchema } from "./registry-process.ts";

const recordSchema = z.object({
  /** The cache that its state is in. */
  cache: z.string().catch(""),
  /** The containers' addresses. */
  range: z.string(),
  /** What the engine was started from. */
  digest: z.string(),
  started: z.string(),
  // Of a record that another version of Slipway wrote, what can be read counts.
  registry: registrySchema.optional().catch(undefined),
  engine: processIdSchema.optional().catch(undefined),
});

/** What is known of an engine that was started: enough to find it again and to take it away. */
export type EngineRecord = Readonly<z.infer<typeof recordSchema>>;

/** Reads an instance's record, nothing if no engine of that name was started. */
export async function readRecord(instance: Instance): Promise<EngineRecord | undefined> {
  if (!existsSync(instance.record)) return undefined;
  return recordSchema.parse(JSON.parse(await readFile(instance.record, "utf8")));
}

/** Writes an instance's record whole: it is the old one or the new one, whenever this is interrupted. */
export async function writeRecord(instance: Instance, record: EngineRecord): Promise<void> {
  await writeFile(`${instance.record}.new`, JSON.stringify(record, null, 2));
  await rename(`${instance.record}.new`, instance.record);
}

/** Finds every engine that was started from packages on this machine and not stopped. */
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
