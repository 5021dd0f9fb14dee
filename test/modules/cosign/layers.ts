import { z } from "zod";
import type { PlainRegistry } from "../../servers/plain-registry.ts";

const schema = z.object({ layers: z.array(z.object({ digest: z.string() })) });

/** The layers of a manifest: of what cosign keeps beside an image, each is a signature or an attestation. */
export const layersIn = (manifest: unknown) => schema.parse(manifest).layers;

/** Those of what a plain registry has beside an image. */
export async function layersBeside(
  registry: PlainRegistry,
  repository: string,
  digest: string,
  kind: "sig" | "att",
) {
  return layersIn(await registry.manifest(repository, `${digest.replace(":", "-")}.${kind}`));
}
