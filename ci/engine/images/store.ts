import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  configType,
  type Descriptor,
  descriptorSchema,
  indexType,
  layerType,
  linkOrCopy,
  manifestType,
  storePath,
  writeBlob,
} from "./blob.ts";
import { layerFile, readLayer } from "./layer.ts";
import { blobPath, readLayout } from "./layout.ts";

const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const configSchema = z.looseObject({
  created: z.string(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.unknown()),
});

/**
 * Puts every blob of an image layout, with its manifest, into the folder `store`, by hard links if possible. `crane
 * registry serve --disk` can then read the folder.
 *
 * @param above a folder that `writeLayer` filled, for one more layer on top of the others.
 * @returns the image's manifest.
 */
export async function storeLayout(dir: string, store: string, above?: string): Promise<Descriptor> {
  const manifest = await readLayout(dir);
  const text = await readFile(blobPath(dir, manifest.digest), "utf8");
  const { config, layers } = manifestSchema.parse(JSON.parse(text));
  await mkdir(join(store, "sha256"), { recursive: true });
  for (const { digest } of [...layers, config, manifest])
    await linkOrCopy(blobPath(dir, digest), storePath(store, digest));
  return above === undefined ? manifest : storeUpon(store, { manifest: text, config, layers }, above);
}

async function storeUpon(
  store: string,
  image: { readonly manifest: string; readonly config: Descriptor; readonly layers: readonly Descriptor[] },
  above: string,
): Promise<Descriptor> {
  const { digest, diffId, size } = await readLayer(above);
  await linkOrCopy(layerFile(above), storePath(store, digest));
  const was = configSchema.parse(JSON.parse(await readFile(storePath(store, image.config.digest), "utf8")));
  const config = await writeBlob(store, configType, {
    ...was,
    rootfs: { ...was.rootfs, diff_ids: [...was.rootfs.diff_ids, diffId] },
    history: [...was.history, { created: was.created, created_by: "slipway" }],
  });
  const layers = [...image.layers, { mediaType: layerType, digest, size }];
  return writeBlob(store, manifestType, { ...JSON.parse(image.manifest), config, layers });
}

/** Writes an index of images that are in `store`, one for each architecture, and returns its digest. */
export async function storeIndex(
  images: readonly { readonly architecture: string; readonly manifest: Descriptor }[],
  store: string,
): Promise<string> {
  const manifests = images.map(({ architecture, manifest }) => ({
    ...manifest,
    platform: { architecture, os: "linux" },
  }));
  return (await writeBlob(store, indexType, { schemaVersion: 2, mediaType: indexType, manifests })).digest;
}
