import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { machineTrust, writeTrust } from "../trust.ts";
import { writeLayer } from "./layer.ts";

/**
 * Makes the layer with which an image trusts the machine's certificates, once for the same certificates. Returns its
 * folder, or undefined if the machine has no certificates of its own. Without this layer, the engine would install
 * them at each start of a container.
 */
export async function trustLayer(): Promise<string | undefined> {
  const trust = await machineTrust();
  if (trust === undefined) return undefined;
  return cached("trust-layer", trust, async (dir) => {
    const root = await mkdtemp(join(dir, ".root-"));
    try {
      await writeTrust(trust, root);
      await writeLayer(root, dir);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
}
