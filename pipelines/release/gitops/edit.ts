/** An image that was pushed, and is to run. */
export interface UpdateImage {
  /** Its name in the registry. */
  readonly name: string;
  readonly digest: string;
  readonly tag?: string;
  /** What manifests, values and overlays call it, until it is first set; its own name by default. */
  readonly alias?: string;
}

/** Where images are set. `images` names those that belong there; all of the release by default. */
export type GitopsEdit = { readonly images?: readonly string[] } & (
  | { readonly kind: "kustomize"; readonly overlay: string }
  | { readonly kind: "helm"; readonly file: string; readonly path: string }
  | { readonly kind: "manifest"; readonly file: string }
);

/** What the images were built from. */
export interface ReleasedSource {
  readonly commit: string;
  readonly time: Date;
}

/** NAME:TAG@DIGEST. */
export function referenceOf({ name, tag, digest }: UpdateImage): string {
  return `${name}${tag ? `:${tag}` : ""}@${digest}`;
}
