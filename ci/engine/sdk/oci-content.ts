import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { StepLog } from "../progress.ts";

const layerSchema = z.object({ digest: z.string(), size: z.number() });

/** A layer, as images refer to it. */
export type Layer = z.infer<typeof layerSchema>;

const types = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
};
const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * Packs the tree below `root` into the folder `dir` as one layer. It does not compress the layer: only this disk
 * reads it, so compression would cost time and save nothing.
 *
 * @param root the tree; owners and modes are kept, times are not.
 * @param dir an existing folder, for the layer and a note of its digest.
 * @param paths the parts of the tree to pack; default: all of it.
 */
export async function packLayer(
  root: string,
  dir: string,
  log: StepLog,
  paths: readonly string[] = ["."],
): Promise<void> {
  const file = join(dir, "layer.tar");
  const options = ["--sort=name", "--mtime=@0", "--numeric-owner", "--exclude=./dev/*", "--exclude=./proc/*"];
  await log.run("tar", ["-C", root, ...options, "-cf", file, ...paths]);
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const layer: Layer = { digest: `sha256:${hash.digest("hex")}`, size: (await stat(file)).size };
  await writeFile(join(dir, "layer.json"), JSON.stringify(layer));
}

/**
 * Adds an image to an OCI content store, with hard links to its layers, and returns the digest of its manifest.
 *
 * @param store the folder with `blobs/sha256`; created if it does not exist.
 * @param layers folders that `packLayer` filled, lowest first.
 * @param env the image's environment.
 */
export async function addImage(
  store: string,
  layers: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(join(store, "blobs/sha256"), { recursive: true });
  const packed = await Promise.all(layers.map((dir) => linkLayer(store, dir)));
  const config = await addBlob(store, types.config, {
    architecture: architectures[process.arch] ?? process.arch,
    os: "linux",
    config: { Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) },
    rootfs: { type: "layers", diff_ids: packed.map(({ digest }) => digest) },
  });
  const manifest = await addBlob(store, types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config,
    layers: packed.map((layer) => ({ mediaType: types.layer, ...layer })),
  });
  return manifest.digest;
}

async function linkLayer(store: string, dir: string): Promise<Layer> {
  const layer = layerSchema.parse(JSON.parse(await readFile(join(dir, "layer.json"), "utf8")));
  await link(join(dir, "layer.tar"), blobPath(store, layer.digest)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return layer;
}

async function addBlob(store: string, mediaType: string, content: unknown) {
  const text = JSON.stringify(content);
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  await writeFile(blobPath(store, digest), text);
  return { mediaType, digest, size: Buffer.byteLength(text) };
}

function blobPath(store: string, digest: string): string {
  return join(store, "blobs", ...digest.split(":"));
}
