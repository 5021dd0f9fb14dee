import type { Directory } from "@dagger.io/dagger";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import { parseValuesPath } from "#modules/kustomize/src/values-path.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type Place, placesOf } from "#pipelines/release/gitops/place.ts";
import { plain } from "#pipelines/text/quote.ts";
import { valueIn } from "#pipelines/yaml/document.ts";
import { imageIn, joinedImages, type WishedImage } from "./image.ts";
import { configFile, textAt } from "./repository.ts";
import type { Stage } from "./stage.ts";
import { manifestImages } from "./workloads.ts";

/** A place of an environment, with the images that Git wishes there. */
export interface PlacedImages extends Place {
  readonly images: readonly WishedImage[];
}

/**
 * Finds the images that Git wishes in an environment, place by place: those of the Pods that its overlays render and its
 * manifests ask for, and those in its Helm values.
 *
 * @throws the errors of kustomize's rendering; PATH_NOT_FOUND, MANIFEST_INVALID for files.
 */
export async function wishedImages(
  kustomize: Kustomize,
  tree: Directory,
  stage: Stage,
): Promise<readonly PlacedImages[]> {
  return Promise.all(
    placesOf(stage.settings).map(async (place) => ({
      ...place,
      images: await imagesOf(kustomize, tree, place),
    })),
  );
}

/** All images of several places, each once. */
export function imagesIn(places: readonly PlacedImages[]): readonly WishedImage[] {
  return joinedImages(places.flatMap(({ images }) => images));
}

async function imagesOf(
  kustomize: Kustomize,
  tree: Directory,
  place: Place,
): Promise<readonly WishedImage[]> {
  const { kind, path, only, at } = place;
  if (kind === "helm") return [imageAt(await textAt(tree, path, missingPlace), path, at ?? "")];
  const text =
    kind === "overlay"
      ? await (await kustomize.build(tree, path)).contents()
      : await textAt(tree, path, missingPlace);
  const images = manifestImages(text);
  return only === undefined ? images : images.filter(({ name }) => only.includes(name));
}

const missingPlace = `Correct the path under \`environments\` in its ${configFile}, or add the file.`;

/**
 * The image at a path of Helm values: a whole reference, or a map of its parts. A path to a tag or a digest stands for
 * the map that has it.
 */
function imageAt(text: string, file: string, path: string): WishedImage {
  const keys = parseValuesPath(path);
  const last = keys.at(-1);
  const isPart = last === "tag" || last === "digest";
  const value = (isPart ? keys.slice(0, -1) : keys).reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[key] : undefined,
    valueIn(text),
  );
  const image = imageIn(typeof value === "object" && value !== null ? referenceIn(value) : value, true);
  if (image !== undefined) return image;
  throw new SlipwayError(
    "MANIFEST_INVALID",
    `${plain(file)} has no image at ${plain(path)}`,
    "Name the keys that lead to a reference, or to a map with repository, tag and digest, in a file of one document.",
  );
}

function referenceIn(parts: object): string {
  const { registry, repository, tag, digest } = parts as Record<string, unknown>;
  const text = (value: unknown, before: string) =>
    typeof value === "string" && value !== "" ? `${before}${value}` : "";
  const host = typeof registry === "string" && registry !== "" ? `${registry}/` : "";
  return `${host}${text(repository, "")}${text(tag, ":")}${text(digest, "@")}`;
}
