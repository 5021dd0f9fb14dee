import type { Rename, Target } from "./edit.ts";
import { codedError } from "./errors.ts";
import { imageFields } from "./image-field.ts";
import { parseManifests } from "./manifests.ts";
import { splitReference } from "./reference.ts";

/**
 * Checks that the overlay renders each requested image. Fails with IMAGE_NOT_FOUND, naming the rendered images. Fails
 * with DIGEST_PINNED if a manifest pins the image by digest, and a tag alone would unpin it.
 *
 * @param before what kustomize renders before the edit
 * @param targets the requested images
 * @param renames what the entries of the kustomization file rename
 */
export function checkPresence(before: string, targets: readonly Target[], renames: readonly Rename[]): void {
  const fields = parseManifests(before).flatMap(imageFields);
  const images = fields.map((field) => ({ ...field, ...splitReference(field.value) }));
  for (const target of targets) {
    const mine = images.filter((image) => image.name === target.rendered);
    if (mine.length === 0)
      throw notFound(
        target,
        images.map((image) => image.name),
        renames,
      );
    const pinned = mine.find((image) => image.digest !== undefined);
    if (pinned && !target.replaceDigest && splitReference(target.wanted).digest === undefined) {
      throw codedError(
        "DIGEST_PINNED",
        `${pinned.manifest} pins ${pinned.value}, and ${target.wanted} would unpin it`,
        `Pass the tag's digest too (${target.wanted}@sha256:…), or set --replace-digest to drop the digest.`,
      );
    }
  }
}

/** The names of the images in rendered manifests, and of the entries that give these names; in order, each once. */
export function namesIn(manifests: string, given: readonly Rename[]): string[] {
  const names = new Set(
    parseManifests(manifests)
      .flatMap(imageFields)
      .map(({ value }) => splitReference(value).name),
  );
  const entries = given.filter(({ rendered }) => names.has(rendered)).map(({ name }) => name);
  return [...new Set([...names, ...entries])].sort();
}

function notFound(target: Target, rendered: readonly string[], renames: readonly Rename[]): Error {
  const known = rendered.map((image) => renames.find((rename) => rename.rendered === image)?.name ?? image);
  const names = [...new Set(known)].sort();
  return codedError(
    "IMAGE_NOT_FOUND",
    `the overlay renders no image ${target.name}`,
    names.length > 0
      ? `Set one of the images that it renders: ${names.join(", ")}.`
      : "Add a resource with an image to the overlay: it renders none at all.",
  );
}
