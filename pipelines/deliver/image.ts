import { splitReference } from "#modules/kustomize/src/reference.ts";
import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";

/** An image that an environment's places name. */
export interface WishedImage {
  readonly name: string;
  readonly digest?: string;
  readonly tag?: string;
  /** Whether Pods run it at any time: not if only Jobs use it, or workloads without replicas. */
  readonly runs: boolean;
}

const digestForm = /^sha256:[0-9a-f]{64}$/;

/** Reads a reference; undefined for text that is none. */
export function imageIn(reference: unknown, runs: boolean): WishedImage | undefined {
  if (typeof reference !== "string" || reference === "" || /[\s\p{C}]/u.test(reference)) return undefined;
  const { name, tag, digest } = splitReference(reference);
  if (name === "" || (digest !== undefined && !digestForm.test(digest))) return undefined;
  return { name, runs, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Joins the images of several places: each name and digest once. */
export function joinedImages(all: readonly WishedImage[]): readonly WishedImage[] {
  const found = new Map<string, WishedImage>();
  for (const image of all) {
    const key = `${image.name}@${image.digest ?? image.tag ?? ""}`;
    const known = found.get(key);
    found.set(key, known === undefined ? image : { ...known, runs: known.runs || image.runs });
  }
  return [...found.values()];
}

/** An image whose name stands a second time, as with another digest; undefined if each name stands once. */
export function repeatedImage(images: readonly WishedImage[]): WishedImage | undefined {
  return images.find(({ name }, at) => images.findIndex((other) => other.name === name) !== at);
}

/** The image as it is set in other places. */
export function updateOf({ name, digest = "", tag }: WishedImage): UpdateImage {
  return { name, digest, ...(tag !== undefined && { tag }) };
}

/** An image for people: the last part of its name, with the tag or the beginning of the digest. */
export function shortImage({ name, tag, digest }: Pick<WishedImage, "name" | "tag" | "digest">): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  const start = digest?.slice("sha256:".length, "sha256:".length + 12);
  return `${last} ${[tag, start].filter((part) => part !== undefined).join("@") || "without a tag"}`;
}
