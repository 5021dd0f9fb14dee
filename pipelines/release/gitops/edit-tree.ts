import type { Directory } from "@dagger.io/dagger";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type GitopsEdit, referenceOf, type UpdateImage } from "./edit.ts";
import { pathOf, type WantedImage } from "./order.ts";

/** Makes every edit; returns the same tree if nothing must change. */
export async function editTree(
  kustomize: Kustomize,
  tree: Directory,
  wanted: readonly WantedImage[],
  setOverlay: SetOverlay = setQuickly,
): Promise<Directory> {
  let edited = tree;
  for (const one of new Set(wanted.map((each) => each.edit))) {
    const images = wanted.filter((each) => each.edit === one).map(({ image }) => image);
    edited = await editOne(kustomize, edited, one, images, setOverlay);
  }
  return edited;
}

function editOne(
  kustomize: Kustomize,
  tree: Directory,
  one: GitopsEdit,
  images: readonly UpdateImage[],
  setOverlay: SetOverlay,
): Promise<Directory> {
  switch (one.kind) {
    case "kustomize":
      return setOverlay(kustomize, tree, one.overlay, images.map(renaming));
    case "helm":
      return kustomize.setValues(tree, one.file, one.path, renaming(single(one, images)));
    case "manifest":
      return kustomize.setManifest(tree, one.file, images.map(renaming));
  }
}

type SetOverlay = (
  kustomize: Kustomize,
  tree: Directory,
  overlay: string,
  images: string[],
) => Promise<Directory>;

const setQuickly: SetOverlay = (kustomize, tree, overlay, images) => kustomize.edit(tree, overlay, images);
export const setThoroughly: SetOverlay = (kustomize, tree, overlay, images) =>
  kustomize.setImages(tree, overlay, images);

/** The images that each overlay must render after the edit. */
export function rendersOf(wanted: readonly WantedImage[]) {
  return [...new Set(wanted.map(({ edit: one }) => one))].flatMap((one) =>
    one.kind === "kustomize"
      ? {
          overlay: pathOf(one),
          references: wanted.filter((each) => each.edit === one).map(({ image }) => referenceOf(image)),
        }
      : [],
  );
}

function single(edit: GitopsEdit & { readonly kind: "helm" }, images: readonly UpdateImage[]): UpdateImage {
  const [image, ...others] = images;
  if (image && others.length === 0) return image;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `${edit.path} in ${edit.file} holds one image, and the release has ${images.length} for it`,
    "Set `image` of this place under `release.gitops.helm` in slipway.yaml.",
  );
}

/** NAME=NEWNAME:TAG@DIGEST, if the manifests use another name. */
function renaming(image: UpdateImage): string {
  return image.alias ? `${image.alias}=${referenceOf(image)}` : referenceOf(image);
}
