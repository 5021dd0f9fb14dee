import type { Directory } from "@dagger.io/dagger";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import { parseValuesPath } from "#modules/kustomize/src/values-path.ts";
import type { EnvironmentSettings } from "#pipelines/config/config.ts";
import { regularText } from "#pipelines/dagger/regular-text.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";
import { valueIn } from "#pipelines/yaml/document.ts";
import { imageIn, joinedImages, type WishedImage } from "./image.ts";
import { imagesIn } from "./workloads.ts";

/**
 * Finds the images that Git wishes in an environment: those of the Pods that its overlays render and its manifests ask
 * for, and those at its places in Helm values.
 *
 * @throws the errors of kustomize's rendering; PATH_NOT_FOUND, MANIFEST_INVALID for files.
 */
export async function wishedImages(
  kustomize: Kustomize,
  tree: Directory,
  { overlays, helm, manifests }: EnvironmentSettings,
): Promise<readonly WishedImage[]> {
  const only = (images: readonly WishedImage[], wanted: readonly string[] | undefined) =>
    wanted === undefined ? images : images.filter(({ name }) => wanted.includes(name));
  const all = await Promise.all([
    ...overlays.map(async ({ path, images }) =>
      only(imagesIn(await (await kustomize.build(tree, path)).contents()), images),
    ),
    ...manifests.map(async ({ path, images }) => only(imagesIn(await textAt(tree, path)), images)),
    ...helm.map(async ({ file, path }) => [imageAt(await textAt(tree, file), file, path)]),
  ]);
  return joinedImages(all.flat());
}

async function textAt(tree: Directory, path: string): Promise<string> {
  const text = await regularText(tree, path);
  if (text !== undefined) return text;
  throw new SlipwayError(
    "PATH_NOT_FOUND",
    `the GitOps repository has no file ${plain(path)}`,
    "Correct the path under `environments` in its slipway.yaml, or add the file.",
  );
}

/** The image at a path of Helm values: a whole reference, or a map of its parts. */
function imageAt(text: string, file: string, path: string): WishedImage {
  const value = parseValuesPath(path).reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[key] : undefined,
    valueIn(text),
  );
  const image = imageIn(typeof value === "object" && value !== null ? referenceIn(value) : value, true);
  if (image !== undefined) return image;
  throw new SlipwayError(
    "MANIFEST_INVALID",
    `${plain(file)} has no image at ${plain(path)}`,
    "Name the keys that lead to a reference, or to a map with repository, tag and digest.",
  );
}

function referenceIn(parts: object): string {
  const { registry, repository, tag, digest } = parts as Record<string, unknown>;
  const text = (value: unknown, before: string) =>
    typeof value === "string" && value !== "" ? `${before}${value}` : "";
  const host = typeof registry === "string" && registry !== "" ? `${registry}/` : "";
  return `${host}${text(repository, "")}${text(tag, ":")}${text(digest, "@")}`;
}
