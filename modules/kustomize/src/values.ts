import { isMap, isScalar } from "yaml";
import { differences } from "./difference.ts";
import { codedError, shown } from "./errors.ts";
import { type ImageRequest, joinReference, renamed, splitReference } from "./reference.ts";
import {
  type Field,
  fieldsOf,
  type Path,
  parseStream,
  placeIn,
  resolved,
  type Stream,
  setFields,
} from "./stream.ts";
import { parseValuesPath } from "./values-path.ts";

/**
 * Sets an image in a file of Helm values. The value at the path decides how charts read it:
 *
 * - A text is the whole reference: NAME[:TAG]@DIGEST. Under a key `tag` it is TAG@DIGEST, under `digest` the digest.
 * - A mapping has `repository`, and perhaps `registry` before it, which must name the image. It gets `digest`, and
 *   `tag` if a tag is requested. Without a key `digest`, the tag becomes TAG@DIGEST.
 *
 * Fails with PATH_NOT_FOUND if there is no value, with IMAGE_NOT_FOUND if it is another image, with MANIFEST_INVALID
 * on a file that cannot be edited safely.
 *
 * @param path the file's path, for the messages
 * @param text its content
 * @param at where the image stands, such as orders.image
 * @param request the image, with its digest
 */
export function setValues(path: string, text: string, at: string, request: ImageRequest): string {
  const stream = parseStream(path, text);
  const wanted = parseValuesPath(at);
  const { all, field } = placeOf(stream, at, wanted, request);
  const node = resolved(field);
  if (isMap(node)) return setFields(stream, mapping(stream, all, field, request));
  if (!isScalar(node)) {
    throw codedError(
      "MANIFEST_INVALID",
      `${placeIn(stream, field.node)}: ${at} is a list`,
      "Add the number of an item to the path, as in jobs[0].image.",
    );
  }
  const key = parameterName(all, field) ?? field.path.at(-1);
  return setFields(stream, new Map([[field, scalar(stream, field, key, node.value, request)]]));
}

/**
 * Finds the field of a path. A file may hold several documents, such as a HelmRelease beside its repository: then it is
 * the one document with that path, or of several the one with that image.
 */
function placeOf(
  stream: Stream,
  at: string,
  wanted: Path,
  request: ImageRequest,
): { readonly all: readonly Field[]; readonly field: Field } {
  const documents = stream.documents.map((document) => fieldsOf(document, document.contents));
  const found = documents.flatMap((all) => {
    const field = all.find((one) => same(one.path, wanted));
    return field === undefined ? [] : [{ all, field }];
  });
  const meant = found.filter(({ all, field }) => isMeant(imageAt(all, field), request));
  const [only, ...others] = found.length > 1 ? meant : found;
  if (only !== undefined && others.length === 0) return only;
  if (found.length === 0) throw missing(stream.path, at, wanted, documents.flat());
  throw codedError(
    "MANIFEST_INVALID",
    `${stream.path}: ${found.length} documents have ${shown(at)}, and ${meant.length} of them name ${request.name}`,
    "Write the document of this image into a file of its own.",
  );
}

/** The name of the image at a field: its own, or the one beside its tag or digest. */
function imageAt(all: readonly Field[], field: Field): string {
  const node = resolved(field);
  if (isMap(node)) return nameBelow(all, field.path);
  const key = field.path.at(-1);
  if (key === "tag" || key === "digest") return nameBelow(all, field.path.slice(0, -1));
  return isScalar(node) && typeof node.value === "string" ? splitReference(node.value).name : "";
}

function nameBelow(all: readonly Field[], path: Path): string {
  const parts = ["registry", "repository"].map((key) => textAt(all, [...path, key]));
  return parts.filter((part) => part !== "").join("/");
}

function textAt(all: readonly Field[], path: Path): string {
  const field = all.find((one) => same(one.path, path));
  const node = field && resolved(field);
  return isScalar(node) && typeof node.value === "string" ? node.value : "";
}

/** The last key of a parameter of an Argo CD Application: of `{name: image.tag, value: …}` it is `tag`. */
function parameterName(all: readonly Field[], { path }: Field): string | undefined {
  if (path.at(-1) !== "value" || path.at(-3) !== "parameters") return undefined;
  return textAt(all, [...path.slice(0, -1), "name"])
    .split(".")
    .at(-1);
}

function scalar(
  stream: Stream,
  field: Field,
  key: string | number | undefined,
  value: unknown,
  request: ImageRequest,
): string {
  if (key === "digest") return request.digest ?? "";
  if (key === "tag") return tagAndDigest(stream, field, request);
  const name = typeof value === "string" ? splitReference(value).name : "";
  if (!isMeant(name, request)) throw otherImage(stream, field, name, request);
  return joinReference(renamed(request));
}

function mapping(
  stream: Stream,
  all: readonly Field[],
  field: Field,
  request: ImageRequest,
): Map<Field, string> {
  const below = (key: string) => all.find((one) => same(one.path, [...field.path, key]));
  const name = nameBelow(all, field.path);
  if (!isMeant(name, request)) throw otherImage(stream, field, name, request);
  const moved = movedTo(stream, field, name, request, [below("registry"), below("repository")]);
  const digest = below("digest");
  const tag = below("tag");
  if (digest) {
    return new Map([
      ...moved,
      [digest, request.digest ?? ""],
      ...(tag && request.tag ? [[tag, request.tag] as const] : []),
    ]);
  }
  if (tag) return new Map([...moved, [tag, tagAndDigest(stream, tag, request)]]);
  throw codedError(
    "MANIFEST_INVALID",
    `${placeIn(stream, field.node)}: the image has neither a digest nor a tag`,
    "Add `digest:` if the chart reads a digest, or else `tag:`.",
  );
}

function isMeant(name: string, { name: wanted, newName }: ImageRequest): boolean {
  return name === wanted || name === newName;
}

/** The new value of a mapping's repository, if the image gets another name. */
function movedTo(
  stream: Stream,
  field: Field,
  name: string,
  request: ImageRequest,
  [registry, repository]: readonly (Field | undefined)[],
): readonly (readonly [Field, string])[] {
  const { name: wanted } = renamed(request);
  if (name === wanted || repository === undefined) return [];
  if (registry === undefined) return [[repository, wanted]];
  throw codedError(
    "MANIFEST_INVALID",
    `${placeIn(stream, field.node)}: the new name ${wanted} cannot be split into registry and repository`,
    "Write the whole name under `repository` and remove `registry`, or release to the registry that stands there.",
  );
}

// Charts join `repository:tag`, and a reference may have a tag and a digest.
function tagAndDigest(stream: Stream, field: Field, { name, tag, digest }: ImageRequest): string {
  if (tag) return `${tag}@${digest}`;
  throw codedError(
    "MANIFEST_INVALID",
    `${placeIn(stream, field.node)}: the chart reads only a tag, and ${name} has no tag`,
    "Set the image with a tag, or add `digest:` if the chart reads a digest.",
  );
}

function otherImage(stream: Stream, field: Field, found: string, request: ImageRequest): Error {
  return codedError(
    "IMAGE_NOT_FOUND",
    `${placeIn(stream, field.node)} names ${found ? shown(found) : "no image"}, not ${request.name}`,
    "Set the path to the value of this image.",
  );
}

function missing(path: string, at: string, wanted: Path, all: readonly Field[]): Error {
  const parents = wanted.map((_, depth) => wanted.slice(0, wanted.length - 1 - depth));
  const parent = parents.find((one) => all.some((field) => same(field.path, one))) ?? [];
  const keys = all
    .filter((field) => field.path.length === parent.length + 1 && same(field.path.slice(0, -1), parent))
    .map((field) => String(field.path.at(-1)));
  return codedError(
    "PATH_NOT_FOUND",
    `${path} has nothing at ${shown(at)}`,
    keys.length > 0
      ? `Set the path to a key that exists. At its end there are ${keys.slice(0, 10).map(shown).join(", ")}.`
      : "Set the path to a key that exists in the file.",
  );
}

function same(one: Path, other: Path): boolean {
  return differences(one, other).length === 0;
}
