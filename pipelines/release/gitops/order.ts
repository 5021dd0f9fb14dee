import { type Earlier, placeOf } from "#modules/gitops/src/message.ts";
import type { GitopsEdit, ReleasedSource, UpdateImage } from "./edit.ts";

/** One image in one place. */
export interface WantedImage {
  readonly edit: GitopsEdit;
  readonly image: UpdateImage;
  readonly place: string;
}

/** The images to set, and those that a newer release has already set. */
export interface UpdateOrder {
  readonly wanted: readonly WantedImage[];
  readonly newer: readonly { readonly wanted: WantedImage; readonly earlier: Earlier }[];
}

/** Every image in every place that asks for it. */
export function wantedImages(edits: readonly GitopsEdit[], images: readonly UpdateImage[]): WantedImage[] {
  return edits.flatMap((edit) =>
    images
      .filter(({ name }) => !edit.images || edit.images.includes(name))
      .map((image) => ({ edit, image, place: placeOf(image.name, pathOf(edit)) })),
  );
}

/**
 * The path of an edit, relative to the repository. Each place has one spelling, because later bumps search for it.
 */
export function pathOf(edit: GitopsEdit): string {
  const segments = (edit.kind === "kustomize" ? edit.overlay : edit.file)
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".");
  const path = segments.join("/") || ".";
  return edit.kind === "helm" ? `${path}#${edit.path}` : path;
}

/**
 * Separates the images that a release may set from those that a newer release has set. The time of the source
 * decides, not the order of the calls.
 *
 * @param earlier the newest commits that set these places, newest first.
 */
export function orderUpdates(
  wanted: readonly WantedImage[],
  earlier: readonly Earlier[],
  source: ReleasedSource,
): UpdateOrder {
  const judged = wanted.map((one) => ({
    wanted: one,
    earlier: earlier.find(({ places }) => places.includes(one.place)),
  }));
  const isNewer = ({ earlier: last }: { readonly earlier: Earlier | undefined }): boolean =>
    last !== undefined && last.source.time > source.time && last.source.commit !== source.commit;
  return {
    wanted: judged.filter((one) => !isNewer(one)).map((one) => one.wanted),
    newer: judged.flatMap((one) =>
      one.earlier && isNewer(one) ? [{ wanted: one.wanted, earlier: one.earlier }] : [],
    ),
  };
}
