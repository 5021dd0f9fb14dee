import { type Earlier, placeOf, readEarlier } from "#modules/gitops/src/message.ts";
import type { GitopsEdit, ReleasedSource } from "#pipelines/release/gitops/edit.ts";
import { pathOf } from "#pipelines/release/gitops/order.ts";
import type { WishedImage } from "./image.ts";
import type { GitopsRepository, Stage } from "./repository.ts";

/** The commits that set an environment's images. */
export interface Setters {
  /** Those of Slipway, newest first. */
  readonly commits: readonly Earlier[];
  /** The newest that touched their places: the source of images that somebody set by hand. */
  readonly touched: ReleasedSource;
}

/** The edits that set images in an environment's places. */
export function editsOf({ settings: { overlays, helm, manifests } }: Stage): readonly GitopsEdit[] {
  const only = (images: readonly string[] | undefined) => (images === undefined ? {} : { images });
  return [
    ...overlays.map(({ path, images }) => ({ kind: "kustomize" as const, overlay: path, ...only(images) })),
    ...helm.map(({ file, path, image }) => ({
      kind: "helm" as const,
      file,
      path,
      ...only(image === undefined ? undefined : [image]),
    })),
    ...manifests.map(({ path, images }) => ({ kind: "manifest" as const, file: path, ...only(images) })),
  ];
}

/** Finds the commits that set an environment's images, by their trailers. */
export async function settersOf(
  { gitops, checkout }: GitopsRepository,
  stage: Stage,
  images: readonly WishedImage[],
): Promise<Setters> {
  const places = editsOf(stage).flatMap((edit) => images.map(({ name }) => placeOf(name, pathOf(edit))));
  const [, commit = "", time = "", ...lines] = (await gitops.setters(checkout, [...new Set(places)])).split(
    "\n",
  );
  return { commits: readEarlier(lines.join("\n")), touched: { commit, time: new Date(time) } };
}

/** The commit that set an image; undefined if no commit of Slipway did. */
export function setterOf({ commits }: Setters, { name, digest }: WishedImage): Earlier | undefined {
  return commits.find(({ images }) => images.some((image) => image.name === name && image.digest === digest));
}
