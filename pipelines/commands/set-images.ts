import type { Directory } from "@dagger.io/dagger";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import { parseRequest } from "#modules/kustomize/src/reference.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Request } from "#pipelines/request.ts";
import { listOverlays } from "#pipelines/workspace/load.ts";

/**
 * Sets images in one overlay, or in the overlays of the configuration that render them, and returns the changed
 * source.
 *
 * @param images as NAME:TAG, NAME@sha256:DIGEST or NAME=NEWNAME:TAG.
 * @param overlay the overlay's folder; default: the configured ones.
 * @param replaceDigest allows a tag alone to replace a pinned digest; default: false.
 * @throws ARGUMENT_INVALID without an image or an overlay, IMAGE_NOT_FOUND when no overlay renders an image, and the errors of the kustomize module.
 */
export async function setImages(
  request: Request,
  images: readonly string[],
  overlay?: string,
  replaceDigest: boolean = false,
): Promise<Directory> {
  if (images.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "the call names no image",
      "Add at least one image: --images=NAME:TAG.",
    );
  }
  const { source, kustomize, overlays } = await listOverlays(request);
  const wanted = overlay === undefined ? overlays : [overlay];
  if (wanted.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "neither the call nor `bump.overlays` in slipway.yaml names an overlay",
      "Add --overlay=FOLDER, or set `bump.overlays` in slipway.yaml.",
    );
  }
  let bumped = source;
  const left = new Set(images);
  for (const each of wanted) {
    const own = overlay === undefined ? await rendered(kustomize, bumped, each, images) : images;
    if (own.length > 0) bumped = await kustomize.setImages(bumped, each, [...own], replaceDigest);
    for (const image of own) left.delete(image);
  }
  if (left.size === 0) return bumped;
  throw new SlipwayError(
    "IMAGE_NOT_FOUND",
    `no overlay under \`bump.overlays\` in slipway.yaml renders ${[...left].join(", ")}`,
    "Correct the image's name, or pass the overlay that renders it: --overlay=FOLDER.",
  );
}

/** The images that an overlay renders: of several overlays, each may have its own service. */
async function rendered(
  kustomize: Kustomize,
  source: Directory,
  overlay: string,
  images: readonly string[],
): Promise<readonly string[]> {
  const names = await kustomize.images(source, overlay);
  return images.filter((image) => {
    const { name, newName } = parseRequest(image);
    return [name, newName].some((each) => each !== undefined && names.includes(each));
  });
}
