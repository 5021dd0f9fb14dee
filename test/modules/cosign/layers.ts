import { z } from "zod";

const schema = z.object({ layers: z.array(z.object({ digest: z.string() })) });

/** The layers of a manifest: of what cosign keeps beside an image, each is a signature or an attestation. */
export const layersIn = (manifest: unknown) => schema.parse(manifest).layers;
