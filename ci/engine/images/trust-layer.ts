import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { machineTrust, writeTrust } from "../trust.ts";
import { writeLayer } from "./layer.ts";

/**
 * Makes the layer by which an image trusts whom the machine trusts, once for the same certificates, and hands back its folder;
 * undefined where the machine has none of its own. Left to itself the engine would see to it at each start of a container.
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
