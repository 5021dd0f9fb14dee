/** A pushed image for a GitOps repository. */
export interface UpdateImage {
  /** Its name in the registry. */
  readonly name: string;
  readonly digest: string;
  readonly tag?: string;
  /** Its name in manifests, values and overlays before it is first set; default: its own name. */
  readonly alias?: string;
}

/** A place where images are set. `images` names the images for that place; default: all images of the release. */
export type GitopsEdit = { readonly images?: readonly string[] } & (
  | { readonly kind: "kustomize"; readonly overlay: string }
  | { readonly kind: "helm"; readonly file: string; readonly path: string }
  | { readonly kind: "manifest"; readonly file: string }
);

/** The source from which the images were built. */
export interface ReleasedSource {
  readonly commit: string;
  readonly time: Date;
}

/** NAME:TAG@DIGEST. */
export function referenceOf({ name, tag, digest }: UpdateImage): string {
  return `${name}${tag ? `:${tag}` : ""}@${digest}`;
}
