import { join } from "node:path";
import { cacheDir, digestOf } from "./cache.ts";

/** The places of one engine from packages. Several engines can run at the same time, each with its own name. */
export interface Instance {
  readonly name: string;
  /** Name of its container network; the name of the bridge has a 0 at its end. */
  readonly network: string;
  /** Folder that exists as long as the engine runs: socket and record. */
  readonly runDir: string;
  /** The facts that `stop` needs, written before anything starts. */
  readonly record: string;
  readonly socket: string;
  /** Folder in the cache that stays after the engine stops: layers, cache volumes, logs. */
  readonly dir: string;
}

/** Folder for everything that exists only while an engine runs. Empty after a restart of the machine. */
export const runRoot = "/run/slipway";

/**
 * Returns the places of the engine called `name`.
 *
 * Fails with ENGINE_NAME_INVALID if the name is not a short word in lower case.
 *
 * @param name lower-case letters, digits and dashes; default: $SLIPWAY_ENGINE_NAME, else `slipway`.
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
