import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, link, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export const manifestType = "application/vnd.oci.image.manifest.v1+json";
export const configType = "application/vnd.oci.image.config.v1+json";
export const indexType = "application/vnd.oci.image.index.v1+json";
export const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";

/** A blob as one OCI document names it in another. */
export const descriptorSchema = z.object({ mediaType: z.string(), digest: z.string(), size: z.number() });
export type Descriptor = z.infer<typeof descriptorSchema>;

/** Where a store keeps the blob of that digest. */
export const storePath = (store: string, digest: string): string => join(store, ...digest.split(":"));

/** Writes a document into a store, and hands back how another names it. */
export async function writeBlob(store: string, mediaType: string, content: unknown): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const path = storePath(store, digest);
  // Others may be reading it: it is written once, and whole.
  if (!existsSync(path)) {
    const partial = `${path}.${randomUUID()}`;
    await writeFile(partial, bytes);
    await rename(partial, path);
  }
  return { mediaType, digest, size: bytes.length };
}

/** Puts a file where it is not yet, by a hard link where that is possible. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "EXDEV" && code !== "EPERM") throw error;
    await copyFile(from, to);
  }
}
