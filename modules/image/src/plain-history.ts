import { createHash } from "node:crypto";
import type { Directory } from "@dagger.io/dagger";

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** The parts of regctl's index, manifest and configuration that are read here; all others stay as they are. */
interface Documents {
  readonly index: { readonly manifests: readonly [Descriptor] };
  readonly manifest: { readonly config: Descriptor };
  readonly config: {
    readonly history: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
  };
}

/**
 * Writes the same history for the same steps, wherever the engine got them. Engines before 0.21 take one file system for
 * another of the same content, with its history. So they write the origin of a base's layers, pulled from a name or
 * known from another image, and the number that a step had in the Dockerfile in which they saw it first. So the image
 * of one commit would have many digests.
 *
 * @param layout an image layout of one platform
 * @param base the number of layers that belong to the base
 */
export async function withPlainHistory(layout: Directory, base: number): Promise<Directory> {
  const blob = (digest: string) => `blobs/${digest.replace(":", "/")}`;
  const read = async (path: string) => JSON.parse(await layout.file(path).contents());
  const index: Documents["index"] = await read("index.json");
  const [entry] = index.manifests;
  const manifest: Documents["manifest"] = await read(blob(entry.digest));
  const config: Documents["config"] = await read(blob(manifest.config.digest));
  let layer = 0;
  const history = config.history.map((each) => {
    if (each.empty_layer === true) return each;
    layer += 1;
    return { ...each, created_by: layer > base ? stepOf(each.created_by) : "base image" };
  });
  let changed = layout.withoutFiles([blob(entry.digest), blob(manifest.config.digest)]);
  const put = (value: object) => {
    const text = JSON.stringify(value);
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    changed = changed.withNewFile(blob(digest), text);
    return { digest, size: Buffer.byteLength(text) };
  };
  const plain = put({ ...manifest, config: { ...manifest.config, ...put({ ...config, history }) } });
  return changed.withNewFile("index.json", JSON.stringify({ ...index, manifests: [{ ...entry, ...plain }] }));
}

/** The step alone: `[build 2/5] COPY a /b` has its stage and its number too. */
function stepOf(text = ""): string {
  return text.replace(/^\[[^\]]*\d+\/\d+\] /, "");
}
