import { codedError, shown } from "./errors.ts";
import { isDigest, isImageName, isTag, nameRule, tagRule } from "./image-grammar.ts";

/** A request to set an image. */
export interface ImageRequest {
  /** The name of the image in the manifests; in a kustomization file, the `name` of its entry. */
  readonly name: string;
  readonly newName?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The parts of an image reference, as kustomize splits it. */
export interface Reference {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

const forms =
  "Write NAME:TAG, NAME@DIGEST or NAME:TAG@DIGEST; to rename, write NAME=NEWNAME instead of NAME.";

/**
 * Reads what to set, in the words of `kustomize edit set image`. Fails with IMAGE_NAME_INVALID, TAG_INVALID or
 * DIGEST_INVALID on what the OCI grammar does not allow. Fails with ARGUMENT_INVALID on an empty list, and on a name
 * that is listed twice.
 */
export function parseRequests(texts: readonly string[]): ImageRequest[] {
  if (texts.length === 0) throw codedError("ARGUMENT_INVALID", "images: the list is empty", forms);
  const requests = texts.map(parseRequest);
  const names = requests.map((request) => request.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw codedError("ARGUMENT_INVALID", `images: ${twice} is listed twice`, "List each image once.");
  }
  return requests;
}

/** Reads one of `NAME[=NEWNAME][:TAG][@DIGEST]`; `parseRequests` says what makes it fail. */
export function parseRequest(text: string): ImageRequest {
  const equals = text.indexOf("=");
  const value = equals < 0 ? text : text.slice(equals + 1);
  const { name: last, tag, digest } = splitReference(value);
  const name = equals < 0 ? last : text.slice(0, equals);
  checkName(name, text);
  if (equals >= 0) checkName(last, text);
  if (tag !== undefined) checkTag(tag, text);
  if (digest !== undefined) checkDigest(digest, text);
  if (tag === undefined && digest === undefined) {
    throw codedError("TAG_INVALID", `${shown(text)} has neither a tag nor a digest`, forms);
  }
  return {
    name,
    ...(equals >= 0 ? { newName: last } : {}),
    ...(tag !== undefined ? { tag } : {}),
    ...(digest !== undefined ? { digest } : {}),
  };
}

/** Reads one image as `parseRequest` does. Fails with DIGEST_INVALID when it has no digest. */
export function parsePinned(text: string): ImageRequest {
  const request = parseRequest(text);
  if (request.digest !== undefined) return request;
  throw codedError(
    "DIGEST_INVALID",
    `${shown(text)} has no digest`,
    "Write NAME@sha256:… or NAME:TAG@sha256:….",
  );
}

/** Splits a reference. A colon before the last slash belongs to a registry's port. */
export function splitReference(value: string): Reference {
  const at = value.indexOf("@");
  const digest = at < 0 ? undefined : value.slice(at + 1);
  const rest = at < 0 ? value : value.slice(0, at);
  const colon = rest.indexOf(":", rest.lastIndexOf("/") + 1);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  return {
    name: colon < 0 ? rest : rest.slice(0, colon),
    ...(tag !== undefined ? { tag } : {}),
    ...(digest !== undefined ? { digest } : {}),
  };
}

/** Puts a reference together. */
export function joinReference({ name, tag, digest }: Reference): string {
  return name + (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}

/** An image by its new name. */
export function renamed({ name, newName = name, ...rest }: ImageRequest): Reference {
  return { ...rest, name: newName };
}

function checkName(name: string, text: string): void {
  if (isImageName(name)) return;
  const what = `${shown(name)}, in ${shown(text)}, is not the name of an image`;
  throw codedError("IMAGE_NAME_INVALID", what, nameRule);
}

function checkTag(tag: string, text: string): void {
  if (isTag(tag)) return;
  throw codedError("TAG_INVALID", `${shown(tag)}, in ${shown(text)}, is not a tag`, tagRule);
}

function checkDigest(digest: string, text: string): void {
  if (isDigest(digest)) return;
  throw codedError(
    "DIGEST_INVALID",
    `${shown(digest)}, in ${shown(text)}, is not a digest`,
    "Write sha256: and 64 lower-case hexadecimal digits, as the registry returned them at the push.",
  );
}
