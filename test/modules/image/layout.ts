import type { Directory } from "@dagger.io/dagger";

/** What an image layout or an index lists. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest, of an image or of an index. */
export interface Manifest {
  readonly manifests?: readonly Descriptor[];
  readonly layers?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Reads a blob of a layout as JSON. */
export async function blob<Kind>(layout: Directory, digest: string): Promise<Kind> {
  return JSON.parse(await layout.file(`blobs/${digest.replace(":", "/")}`).contents());
}

/** The entries of a layout. */
export async function entries(layout: Directory): Promise<readonly Descriptor[]> {
  return JSON.parse(await layout.file("index.json").contents()).manifests;
}

/** The digest of a layout's one entry. */
export async function digestOf(layout: Directory): Promise<string> {
  const [entry, ...others] = await entries(layout);
  if (entry === undefined || others.length > 0) throw new Error("the layout has not one entry");
  return entry.digest;
}
