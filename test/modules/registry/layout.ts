import { createHash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const oci = "application/vnd.oci.image";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** An image layout that was written, with what a registry is to have of it. */
export interface Layout {
  readonly folder: string;
  /** Of the image, or of the index where there are several platforms. */
  readonly digest: string;
  /** Of the image of each platform. */
  readonly images: readonly string[];
}

/**
 * Writes an OCI image layout of random content.
 *
 * @param architectures one image each; more than one are listed by an index
 * @param bytes size of each image's one layer
 * @param nested whether that index is a blob that index.json names, as builders write it, or index.json itself
 */
export async function writeLayout(
  folder: string,
  architectures: readonly string[] = ["amd64"],
  bytes = 1000,
  nested = true,
): Promise<Layout> {
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const blob = async (mediaType: string, content: Buffer | object): Promise<Descriptor> => {
    const data = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const hex = createHash("sha256").update(data).digest("hex");
    await writeFile(join(blobs, hex), data);
    return { mediaType, digest: `sha256:${hex}`, size: data.length };
  };
  const images: Descriptor[] = [];
  for (const architecture of architectures) {
    const layer = await blob(`${oci}.layer.v1.tar`, randomBytes(bytes));
    const platform = { os: "linux", architecture };
    const rootfs = { type: "layers", diff_ids: [layer.digest] };
    const config = await blob(`${oci}.config.v1+json`, { ...platform, config: {}, rootfs });
    const mediaType = `${oci}.manifest.v1+json`;
    const manifest = await blob(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer] });
    images.push({ ...manifest, platform });
  }
  const index = { schemaVersion: 2, mediaType: `${oci}.index.v1+json`, manifests: images };
  const top =
    nested && images.length > 1 ? { ...index, manifests: [await blob(index.mediaType, index)] } : index;
  const text = JSON.stringify(top);
  await writeFile(join(folder, "index.json"), text);
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const own = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return {
    folder,
    digest: top.manifests.length === 1 ? (top.manifests[0]?.digest ?? "") : own,
    images: images.map(({ digest }) => digest),
  };
}
