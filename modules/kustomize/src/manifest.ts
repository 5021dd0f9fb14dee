import { applicationImages, type NamedImage } from "./application.ts";
import { codedError } from "./errors.ts";
import { isImagePath } from "./image-field.ts";
import { type ImageRequest, joinReference, renamed, splitReference } from "./reference.ts";
import { type Field, fieldsOf, parseStream, setFields, textOf } from "./stream.ts";

/**
 * Sets images wherever manifests name them: `image` of containers and custom resources, keys that end in `Image`, and
 * `image.reference` of image volumes. In an Argo CD Application, also `kustomize.images` and `helm.parameters`.
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
  const images = stream.documents.flatMap((document) => {
    const fields = fieldsOf(document, document.contents);
    return [...plainImages(fields), ...applicationImages(fields)];
  });
  const values = requests.flatMap((request) => {
    const fields = images.filter(({ names }) =>
      [request.name, request.newName].some((name) => name !== undefined && names.includes(name)),
    );
    if (fields.length === 0) throw notFound(path, request.name, images);
    return fields.map(({ field, write }): [Field, string] => [field, write(request)]);
  });
  return setFields(stream, new Map(values));
}

function plainImages(fields: readonly Field[]): readonly NamedImage[] {
  return fields
    .filter((field) => isImagePath(field.path))
    .flatMap((field) => {
      const value = textOf(field);
      if (value === undefined) return [];
      const write = (request: ImageRequest) => joinReference(renamed(request));
      return [{ field, names: [splitReference(value).name], write }];
    });
}

function notFound(path: string, wanted: string, images: readonly NamedImage[]): Error {
  const names = [...new Set(images.flatMap((image) => image.names))].sort();
  return codedError(
    "IMAGE_NOT_FOUND",
    `${path} has no image ${wanted}`,
    names.length > 0
      ? `Set one of the images that it has: ${names.join(", ")}.`
      : "Pass a file whose manifests name an image: this one has none at all.",
  );
}
