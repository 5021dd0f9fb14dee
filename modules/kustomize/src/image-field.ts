import { isRecord, type Manifest } from "./manifests.ts";

/** A field of a manifest that names an image. */
export interface ImageField {
  readonly manifest: string;
  readonly path: readonly (string | number)[];
  readonly value: string;
}

/**
 * Says whether manifests name an image at the end of a path: `image` (containers, init containers, custom resources),
 * a key that ends in `Image`, or `image.reference` (image volumes).
 */
export function isImagePath(path: readonly (string | number)[]): boolean {
  const last = path.at(-1);
  return last === "reference"
    ? path.at(-2) === "image"
    : typeof last === "string" && /(?:^i|I)mage$/.test(last);
}

/** All image fields of a manifest. */
export function imageFields({ id, content }: Manifest): ImageField[] {
  return walk(id, content, []);
}

function walk(manifest: string, value: unknown, path: readonly (string | number)[]): ImageField[] {
  if (typeof value === "string") return isImagePath(path) ? [{ manifest, path, value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, at) => walk(manifest, item, [...path, at]));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => walk(manifest, item, [...path, key]));
}
