import { type Earlier, placeOf, readEarlier } from "#modules/gitops/src/message.ts";
import type { ReleasedSource } from "#pipelines/release/gitops/edit.ts";
import { pathOf } from "#pipelines/release/gitops/order.ts";
import { editOf } from "#pipelines/release/gitops/place.ts";
import type { WishedImage } from "./image.ts";
import type { GitopsRepository } from "./repository.ts";
import type { PlacedImages } from "./wished.ts";

/** The commits that set an environment's images. */
export interface Setters {
  /** Those of Slipway, newest first. */
  readonly commits: readonly Earlier[];
  /** The newest that touched their places: the source of images that somebody set by hand. */
  readonly touched: ReleasedSource;
}

/** Finds the commits that set the images of places, by their trailers. */
export async function settersOf(
  { gitops, checkout }: GitopsRepository,
  places: readonly PlacedImages[],
): Promise<Setters> {
  const wanted = places.flatMap((place) =>
    place.images.map(({ name }) => placeOf(name, pathOf(editOf(place)))),
  );
  const printed = await gitops.setters(checkout, [...new Set(wanted)]);
  const [, commit = "", time = "", ...lines] = printed.split("\n");
  return { commits: readEarlier(lines.join("\n")), touched: { commit, time: new Date(time) } };
}

/** The newest commit that set an image of that name; undefined if no commit of Slipway did. */
export function newestOf({ commits }: Setters, name: string): Earlier | undefined {
  return commits.find(({ images }) => images.some((image) => image.name === name));
}

/** The commit that set an image; undefined if no commit of Slipway did. */
export function setterOf(
  { commits }: Setters,
  { name, digest }: Pick<WishedImage, "name" | "digest">,
): Earlier | undefined {
  return commits.find(({ images }) => images.some((image) => image.name === name && image.digest === digest));
}
