import { createHash } from "node:crypto";
import { copyFile, link, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { layerFile, readLayer } from "./layer.ts";
import type { ImageContents } from "./stand-in.ts";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";
const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";

/** A blob as one OCI document names it in another. */
const descriptorSchema = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
export type Descriptor = z.infer<typeof descriptorSchema>;

const indexSchema = z.object({ manifests: z.tuple([descriptorSchema]) });
const manifestSchema = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema) });
const configSchema = z.looseObject({
  created: z.string(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.unknown()),
});

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

/**
 * Puts every blob of an image layout, its manifest too, into the folder `store`, by hard links where
 * that is possible. The folder is then what `crane registry serve --disk` reads.
 *
 * @param above a folder that `writeLayer` filled, for one more layer upon the others.
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

/** Puts into `store` an index of images that are there, each for an architecture, and hands back its digest. */
export async function storeIndex(
  images: readonly { readonly architecture: string; readonly manifest: Descriptor }[],
  store: string,
): Promise<string> {
  const manifests = images.map(({ architecture, manifest }) => ({
    ...manifest,
    platform: { architecture, os: "linux" },
  }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
  const digest = digestOf(bytes);
  await writeFile(storePath(store, digest), bytes);
  return digest;
}

/** Where a store keeps the blob of that digest. */
export const storePath = (store: string, digest: string): string => join(store, ...digest.split(":"));

const blobPath = (dir: string, digest: string): string => storePath(join(dir, "blobs"), digest);

async function writeBlob(store: string, mediaType: string, content: unknown): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = digestOf(bytes);
  await writeFile(storePath(store, digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "EXDEV" && code !== "EPERM") throw error;
    await copyFile(from, to);
  }
}
