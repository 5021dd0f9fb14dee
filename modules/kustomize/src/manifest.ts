import { isScalar } from "yaml";
import { codedError } from "./errors.ts";
import { isImagePath } from "./image-field.ts";
import { type ImageRequest, joinReference, renamed, splitReference } from "./reference.ts";
import { type Field, fieldsOf, parseStream, resolved, setFields } from "./stream.ts";

/**
 * Sets images wherever manifests name them: `image` of containers and custom resources, keys that end in `Image`, and
 * `image.reference` of image volumes.
 *
 * Fails with IMAGE_NOT_FOUND, naming the existing images, if a requested one is not among them. Fails with
 * MANIFEST_INVALID on a file that cannot be edited safely.
 *
 * @param path the file's path, for the messages
 * @param text its content: one or more YAML documents
 * @param requests the images, each by its name in the manifests
 * @returns the text with those values changed, or as it was
 */
export function setManifest(path: string, text: string, requests: readonly ImageRequest[]): string {
  const stream = parseStream(path, text);
  const images = stream.documents
    .flatMap((document) => fieldsOf(document, document.contents))
    .filter((field) => isImagePath(field.path))
    .flatMap((field) => {
      const value = textOf(field);
      return value === undefined ? [] : [{ field, name: splitReference(value).name }];
    });
  const values = requests.flatMap((request) => {
    const fields = images.filter(({ name }) => name === request.name || name === request.newName);
    if (fields.length === 0) throw notFound(path, request.name, images);
    return fields.map(({ field }): [Field, string] => [field, joinReference(renamed(request))]);
  });
  return setFields(stream, new Map(values));
}

function textOf(field: Field): string | undefined {
  const node = resolved(field);
  return isScalar(node) && typeof node.value === "string" ? node.value : undefined;
}

function notFound(path: string, wanted: string, images: readonly { readonly name: string }[]): Error {
  const names = [...new Set(images.map(({ name }) => name))].sort();
  return codedError(
    "IMAGE_NOT_FOUND",
    `${path} has no image ${wanted}`,
    names.length > 0
      ? `Set one of the images that it has: ${names.join(", ")}.`
      : "Pass a file whose manifests name an image: this one has none at all.",
  );
}
