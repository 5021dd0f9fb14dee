import type { EnvironmentSettings } from "#pipelines/config/config.ts";
import type { GitopsEdit } from "./edit.ts";

/** A place in a GitOps repository with images of a release or an environment. */
export interface Place {
  readonly kind: "overlay" | "helm" | "manifest";
  /** The overlay's folder, or the file. */
  readonly path: string;
  /** The keys of Helm values that lead to the image. */
  readonly at?: string;
  /** The names of the images that are set there; absent: all. */
  readonly only?: readonly string[];
}

/** The places that slipway.yaml names. */
export function placesOf({
  overlays,
  helm,
  manifests,
}: Pick<EnvironmentSettings, "overlays" | "helm" | "manifests">): readonly Place[] {
  const only = (images: readonly string[] | undefined) => (images === undefined ? {} : { only: images });
  return [
    ...overlays.map(({ path, images }) => ({ kind: "overlay" as const, path, ...only(images) })),
    ...helm.map(({ file, path, image }) => ({
      kind: "helm" as const,
      path: file,
      at: path,
      ...only(image === undefined ? undefined : [image]),
    })),
    ...manifests.map(({ path, images }) => ({ kind: "manifest" as const, path, ...only(images) })),
  ];
}

/** The edit that sets images at a place. */
export function editOf({ kind, path, at = "", only }: Place): GitopsEdit {
  const images = only === undefined ? {} : { images: only };
  if (kind === "overlay") return { kind: "kustomize", overlay: path, ...images };
  return kind === "helm" ? { kind, file: path, path: at, ...images } : { kind, file: path, ...images };
}
