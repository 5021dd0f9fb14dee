import { differences, pathText } from "./difference.ts";
import type { Target } from "./edit.ts";
import { codedError } from "./errors.ts";
import { type ImageField, imageFields, isImagePath } from "./image-field.ts";
import { type Manifest, parseManifests } from "./manifests.ts";
import { splitReference } from "./reference.ts";

/** The changes that an edit made in the rendered manifests. */
export interface Comparison {
  readonly changed: readonly (ImageField & { readonly after: string })[];
  /** Image fields that name a requested image and did not change. */
  readonly left: readonly ImageField[];
}

const mostNamed = 5;

/**
 * Compares two renderings of an overlay. Values are not shown, because a manifest may be a Secret.
 *
 * Fails with BUMP_CHANGED_MORE if anything but image fields differs, and fields that a replacement makes the copy of a
 * target, of its tag or of its digest, such as the label of a version. With targets it also fails if another image
 * differs, or if an image became something else than requested. Fails with IMAGE_NOT_FOUND if a target is in no field
 * that kustomize sets.
 *
 * @param before what kustomize rendered before the edit
 * @param after what it renders now
 * @param targets which images may change, and into what; default: any image into any other
 */
export function compare(before: string, after: string, targets?: readonly Target[]): Comparison {
  const old = parseManifests(before);
  const now = before === after ? old : parseManifests(after);
  const changed: (ImageField & { after: string })[] = [];
  const strays: string[] = [];
  const images = targets === undefined ? [] : old.flatMap(imageFields).map(({ value }) => value);
  for (const [id, pair] of paired(old, now)) {
    for (const { path, before: was, after: is } of differences(pair.old, pair.now)) {
      if (
        typeof was === "string" &&
        typeof is === "string" &&
        ((isImagePath(path) && allowed(was, is, targets)) || follows(was, is, images, targets))
      ) {
        changed.push({ manifest: id, path, value: was, after: is });
      } else {
        strays.push(path.length === 0 ? id : `${id} ${pathText(path)}`);
      }
    }
  }
  if (strays.length > 0) {
    const more = strays.length > mostNamed ? ` and ${strays.length - mostNamed} more` : "";
    throw codedError(
      "BUMP_CHANGED_MORE",
      `the edit would also change other fields than images: ${strays.slice(0, mostNamed).join("; ")}${more}`,
      "Remove from the overlay what copies the image (a replacement, a patch, a generator), or edit the file by hand.",
    );
  }
  for (const target of targets ?? []) {
    const reached =
      changed.some((field) => field.after === target.wanted) ||
      old.flatMap(imageFields).some((field) => field.value === target.wanted);
    if (reached) continue;
    throw codedError(
      "IMAGE_NOT_FOUND",
      `the overlay renders ${target.rendered} only in fields that kustomize's \`images:\` does not set`,
      "Add the field to a `configurations:` file of the overlay, or set it with a patch.",
    );
  }
  const touched = new Set(changed.map(fieldKey));
  const left = old
    .flatMap(imageFields)
    .filter((field) => !touched.has(fieldKey(field)) && targets?.some((target) => isStale(field, target)));
  return { changed, left };
}

/** One line for each field: `apps/v1 Deployment shop/orders spec.template.spec.containers[0].image: a:1 → a:2`. */
export function report({ changed, left }: Comparison): string {
  const lines = [
    ...changed.map((field) => `${field.manifest} ${pathText(field.path)}: ${field.value} → ${field.after}`),
    ...left.map((field) => `${field.manifest} ${pathText(field.path)}: still ${field.value}`),
  ];
  return lines.length > 0 ? lines.join("\n") : "nothing changed";
}

function allowed(was: string, is: string, targets: readonly Target[] | undefined): boolean {
  return (
    !targets || targets.some((target) => splitReference(was).name === target.rendered && is === target.wanted)
  );
}

/** Whether a text was the copy of a target's image, its tag or its digest, and still is. */
function follows(
  was: string,
  is: string,
  images: readonly string[],
  targets: readonly Target[] | undefined,
): boolean {
  return (targets ?? []).some(({ rendered, wanted }) => {
    const now = splitReference(wanted);
    return images.some((image) => {
      const old = splitReference(image);
      if (old.name !== rendered) return false;
      return (
        (was === image && is === wanted) ||
        (was === old.tag && is === now.tag) ||
        (was === old.digest && is === now.digest)
      );
    });
  });
}

function isStale(field: ImageField, target: Target): boolean {
  return splitReference(field.value).name === target.rendered && field.value !== target.wanted;
}

function fieldKey({ manifest, path }: ImageField): string {
  return `${manifest} ${pathText(path)}`;
}

function paired(old: readonly Manifest[], now: readonly Manifest[]) {
  const pairs = new Map<string, { old?: Manifest["content"]; now?: Manifest["content"] }>();
  for (const { id, content } of old) pairs.set(id, { old: content });
  for (const { id, content } of now) pairs.set(id, { ...pairs.get(id), now: content });
  return pairs;
}
