import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  configType,
  type Descriptor,
  descriptorSchema,
  layerType,
  linkOrCopy,
  manifestType,
  storePath,
  writeBlob,
} from "./blob.ts";
import { layerFile, readLayer } from "./layer.ts";
import type { ImageContents } from "./stand-in.ts";

const indexSchema = z.object({ manifests: z.tuple([descriptorSchema]) });

/**
 * Writes an image as an OCI image layout (https://specs.opencontainers.org/image-spec/image-layout/).
 *
 * @param contents layers and configuration.
 * @param comment noted in the image's history, where no image built upon it inherits it.
 * @param architecture what it runs on.
 * @param dir the folder to write into.
 */
export async function writeLayout(
  contents: ImageContents,
  comment: string,
  architecture: string,
  dir: string,
): Promise<void> {
  await mkdir(join(dir, "blobs/sha256"), { recursive: true });
  const layers = await Promise.all(contents.layers.map(readLayer));
  for (const [i, folder] of contents.layers.entries()) {
    const digest = layers[i]?.digest;
    if (digest) await linkOrCopy(layerFile(folder), blobPath(dir, digest));
  }
  const created = new Date().toISOString();
  const blobs = join(dir, "blobs");
  const config = await writeBlob(blobs, configType, {
    created,
    architecture,
    os: "linux",
    config: contents.config,
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map(() => ({ created, created_by: "slipway", comment })),
  });
  const manifest = await writeBlob(blobs, manifestType, {
    schemaVersion: 2,
    mediaType: manifestType,
    config,
    layers: layers.map(({ digest, size }) => ({ mediaType: layerType, digest, size })),
  });
  await writeFile(join(dir, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(dir, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
}

/** Reads which manifest an image layout holds. */
export async function readLayout(dir: string): Promise<Descriptor> {
  return indexSchema.parse(JSON.parse(await readFile(join(dir, "index.json"), "utf8"))).manifests[0];
}

/** Where an image layout keeps the blob of that digest. */
export const blobPath = (dir: string, digest: string): string => storePath(join(dir, "blobs"), digest);
