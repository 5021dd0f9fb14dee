import { z } from "zod";
import { imageNamePattern } from "#pipelines/config/image-name.ts";
import { valueIn } from "#pipelines/yaml/document.ts";

const name = z.string().regex(imageNamePattern);
const file = z.object({ images: z.array(z.object({ name, newName: name.optional() })) });

/** An image that a kustomization file sets. */
export interface SetImage {
  /** Its name in the manifests. */
  readonly name: string;
  /** The name under which it is pulled. */
  readonly pulled: string;
}

/** The images that a kustomization file sets; empty if the file cannot be read: kustomize reports why. */
export function imagesIn(text: string): readonly SetImage[] {
  const read = file.safeParse(valueIn(text));
  return read.success ? read.data.images.map(({ name, newName = name }) => ({ name, pulled: newName })) : [];
}

const place = z.object({ namespace: z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/) });

/** The namespace that a kustomization file sets; undefined if it is not a valid name in Kubernetes. */
export function namespaceIn(text: string): string | undefined {
  return place.safeParse(valueIn(text)).data?.namespace;
}
