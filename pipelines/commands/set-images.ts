import type { Directory } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Request } from "#pipelines/request.ts";
import { listOverlays } from "#pipelines/workspace/load.ts";

/**
 * Sets images in one overlay, or in every overlay that the configuration names, and returns the changed source.
 *
 * @param images as NAME:TAG, NAME@sha256:DIGEST or NAME=NEWNAME:TAG.
 * @param overlay the overlay's folder; default: the configured ones.
 * @param replaceDigest allows a tag alone to replace a pinned digest; default: false.
 * @throws ARGUMENT_INVALID without an image or an overlay, and the errors of the kustomize module.
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
  for (const each of wanted) bumped = await kustomize.setImages(bumped, each, [...images], replaceDigest);
  return bumped;
}
