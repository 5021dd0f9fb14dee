import { codedError, shown } from "./errors.ts";
import { isDigest, isImageName, isTag, nameRule, registryIn, tagRule } from "./image-grammar.ts";

/** A repository: the place of an image, without tag and digest. */
export interface Repository {
  /** As the caller wrote it. */
  readonly name: string;
  /** The registry's host, with its port if there is one; docker.io if the name has no host. */
  readonly registry: string;
  /** The registry's host without its port. */
  readonly host: string;
}

/** One image of a repository, by its digest. */
export interface Image extends Repository {
  readonly digest: string;
}

/** Reads REGISTRY[:PORT]/PATH. Fails with IMAGE_NAME_INVALID. */
export function parseRepository(name: string): Repository {
  if (!isImageName(name)) {
    const what = `${shown(name)} is not the name of a repository, without tag and digest`;
    throw codedError("IMAGE_NAME_INVALID", what, nameRule);
  }
  const registry = registryIn(name) ?? "docker.io";
  return { name, registry, host: registry.replace(/:\d+$/, "") };
}

/** Reads NAME@DIGEST. Fails with IMAGE_NAME_INVALID or DIGEST_INVALID; a tag is not allowed. */
export function parseImage(text: string): Image {
  const at = text.indexOf("@");
  const digest = at < 0 ? "" : text.slice(at + 1);
  if (!isDigest(digest)) {
    throw codedError(
      "DIGEST_INVALID",
      `${shown(text)} has no digest`,
      "Write NAME@sha256:… with 64 lower-case hexadecimal digits, as `push` returns it.",
    );
  }
  return { ...parseRepository(text.slice(0, at)), digest };
}

/** Reads NAME:TAG or NAME@DIGEST. Returns the repository, and the reference in it. Fails as the parts do. */
export function parseReference(text: string): Repository & { readonly reference: string } {
  if (text.includes("@")) return { ...parseImage(text), reference: text };
  const colon = text.indexOf(":", text.lastIndexOf("/") + 1);
  if (colon < 0) {
    throw codedError(
      "TAG_INVALID",
      `${shown(text)} has neither a tag nor a digest`,
      "Write NAME:TAG or NAME@DIGEST.",
    );
  }
  return {
    ...parseRepository(text.slice(0, colon)),
    reference: `${text.slice(0, colon)}:${parseTag(text.slice(colon + 1))}`,
  };
}

/** Fails with TAG_INVALID on what the OCI grammar does not allow. */
export function parseTag(tag: string): string {
  if (isTag(tag)) return tag;
  throw codedError("TAG_INVALID", `${shown(tag)} is not a tag`, tagRule);
}
