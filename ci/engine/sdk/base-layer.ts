import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { debianRoot } from "../images/debian-root.ts";
import { recipe } from "../images/stand-in.ts";
import { step } from "../progress.ts";
import { machineTrust, writeTrust } from "../trust.ts";
import { packLayer } from "./oci-content.ts";

const suite = "bookworm";
const packages = ["ca-certificates", "git"];

/** Yields the layer that both SDKs stand on: Debian with git and certificates. */
export function baseLayer(): Promise<string> {
  return cached("sdk-layer", { name: "base", suite, packages, recipe: recipe(import.meta.url) }, (dir) =>
    step("making the root filesystem of the SDKs from Debian packages", async (log) => {
      const root = join(dir, "root");
      await debianRoot(root, suite, packages, log);
      for (const folder of ["var/lib/apt/lists", "var/cache/apt", "usr/share/doc"])
        await rm(join(root, folder), { recursive: true, force: true });
      for (const folder of ["var/lib/apt/lists", "var/cache/apt"])
        await mkdir(join(root, folder), { recursive: true });
      await packLayer(root, dir, log);
      await rm(root, { recursive: true, force: true });
    }),
  );
}

/** Yields the layer by which SDKs trust whom the machine trusts; none where the machine has no certificates of its own. */
export async function trustLayer(): Promise<readonly string[]> {
  const trust = await machineTrust();
  if (trust === undefined) return [];
  const layer = await cached("sdk-layer", { name: "trust", trust }, (dir) =>
    step("packing the machine's certificates for the SDKs", async (log) => {
      const root = join(dir, "root");
      await writeTrust(trust, root);
      await packLayer(root, dir, log);
      await rm(root, { recursive: true, force: true });
    }),
  );
  return [layer];
}
