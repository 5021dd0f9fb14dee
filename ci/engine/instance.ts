import { join } from "node:path";
import { cacheDir, digestOf } from "./cache.ts";

/** Where everything of one engine from packages is. Several can run side by side, each under its name. */
export interface Instance {
  readonly name: string;
  /** Name of its container network; its bridge is this with a 0 at the end. */
  readonly network: string;
  /** Folder that lives as long as the engine runs: socket and record. */
  readonly runDir: string;
  /** What `stop` needs to know, written before anything is started. */
  readonly record: string;
  readonly socket: string;
  /** Folder in the cache that stays: layers, cache volumes, logs. */
  readonly dir: string;
}

/** Folder of what exists only while an engine runs. Empty after a restart of the machine, as they all are. */
export const runRoot = "/run/slipway";

/**
 * Names the places of the engine called `name`.
 *
 * Fails with ENGINE_NAME_INVALID if the name is not a short word in lower case.
 *
 * @param name lower-case letters, digits and dashes; $SLIPWAY_ENGINE_NAME, else `slipway`.
 */
export function engineInstance(name = process.env.SLIPWAY_ENGINE_NAME || "slipway"): Instance {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || name === "private") {
    throw new Error(
      `ENGINE_NAME_INVALID: ${JSON.stringify(name)}. SLIPWAY_ENGINE_NAME takes up to 31 lower-case letters, digits and dashes.`,
    );
  }
  const runDir = join(runRoot, name);
  return {
    name,
    // A bridge's name has 15 characters at most.
    network: name === "slipway" ? name : `slip${digestOf(name).slice(0, 8)}`,
    runDir,
    record: join(runDir, "record.json"),
    socket: join(runDir, "engine.sock"),
    dir: join(cacheDir(), "engine", name),
  };
}
