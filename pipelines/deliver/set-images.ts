import { setTimeout } from "node:timers/promises";
import type { GitopsEdit, ReleasedSource, UpdateImage } from "#pipelines/release/gitops/edit.ts";
import type { UpdateEntry, UpdateResult } from "#pipelines/release/gitops/gitops-update.ts";
import { editOf } from "#pipelines/release/gitops/place.ts";
import { updateRepository } from "#pipelines/release/gitops/update.ts";
import type { EnvironmentState } from "./environments.ts";
import { type GitopsRepository, gitDeadline, isOfHistory, reopened } from "./repository.ts";
import type { Stage } from "./stage.ts";
import { type PlacedStage, superseded } from "./wait.ts";
import { imagesIn, type PlacedImages, wishedImages } from "./wished.ts";

/** Images of one source, for an environment. */
export interface ImagesToSet {
  readonly images: readonly UpdateImage[];
  readonly source: ReleasedSource;
  readonly message: string;
  /** The commit that a rollback undoes. */
  readonly undoes?: string;
  readonly record: UpdateEntry;
}

/** Milliseconds until a git server that lags is asked again. */
const pause = 2000;

/** Those of the images that some place of an environment has with another digest. */
export function changedIn(
  { places }: EnvironmentState,
  images: readonly UpdateImage[],
): readonly UpdateImage[] {
  return images.filter((image) => places.some((place) => differs(place, image)));
}

/** The edits that set images in the places that have them with another digest. */
export function editsOf(
  places: readonly PlacedImages[],
  images: readonly UpdateImage[],
): readonly GitopsEdit[] {
  return places.flatMap((place): GitopsEdit[] => {
    const names = images.filter((image) => differs(place, image)).map(({ name }) => name);
    return names.length === 0 ? [] : [{ ...editOf(place), images: names }];
  });
}

/** Sets images by one commit, in the places that have them with another digest. */
export function setImages(
  { gitops, kustomize, url, branch, config }: GitopsRepository,
  { places }: EnvironmentState,
  { images, source, message, undoes, record }: ImagesToSet,
): Promise<UpdateResult> {
  return updateRepository({
    gitops,
    kustomize,
    repository: url,
    branch,
    edits: editsOf(places, images),
    images,
    source,
    message,
    ...(undoes !== undefined && { undoes }),
    ...(config.record && { record }),
    deadline: gitDeadline,
  });
}

/**
 * Opens the repository again, with the commits that were written.
 *
 * @throws DELIVERY_SUPERSEDED when others have set other images since, or the server does not show the commits.
 */
export async function reopenedWith(
  repository: GitopsRepository,
  stage: Stage,
  commits: readonly string[],
  images: readonly UpdateImage[],
): Promise<PlacedStage & { readonly repository: GitopsRepository }> {
  const end = Date.now() + gitDeadline * 1000;
  for (;;) {
    const now = await reopened(repository);
    const has = await Promise.all(commits.map((commit) => isOfHistory(now, commit)));
    if (has.every(Boolean)) {
      const places = await wishedImages(now.kustomize, now.tree, stage);
      const wished = imagesIn(places);
      const isThere = ({ name, digest }: UpdateImage) =>
        wished.filter((each) => each.name === name).every((each) => each.digest === digest);
      if (images.every(isThere)) return { repository: now, stage, places };
      throw superseded(stage.name, now.commit);
    }
    // A copy of the server may not have them yet.
    if (Date.now() >= end) throw superseded(stage.name, now.commit);
    await setTimeout(pause);
  }
}

function differs({ images }: PlacedImages, { name, digest }: UpdateImage): boolean {
  return images.some((image) => image.name === name && image.digest !== digest);
}
