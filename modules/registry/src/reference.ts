import { fault, shown } from "./fault.ts";

/** A repository: where an image is kept, without tag and digest. */
export interface Repository {
  /** As it was given. */
  readonly name: string;
  /** The registry's host, with its port where it has one; docker.io where none is given. */
  readonly registry: string;
  /** The registry's host alone. */
  readonly host: string;
}

/** One image of a repository, by its digest. */
export interface Image extends Repository {
  readonly digest: string;
}

// https://github.com/distribution/reference: the grammar that docker, containerd and Kubernetes share.
const domain =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?$/;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const longestName = 255;

/** Reads REGISTRY[:PORT]/PATH. Fails with IMAGE_NAME_INVALID. */
export function parseRepository(name: string): Repository {
  const parts = name.split("/");
  const first = parts[0] ?? "";
  const named = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const path = named ? parts.slice(1) : parts;
  const valid =
    name.length <= longestName &&
    (!named || domain.test(first)) &&
    path.every((part) => component.test(part));
  if (!valid) {
    throw fault(
      "IMAGE_NAME_INVALID",
      `${shown(name)} is not the name of a repository`,
      "A name is [REGISTRY[:PORT]/]PATH, without tag and digest; a path has lower-case letters, digits and, between " +
        "them, '.', '_', '-' or '/'.",
    );
  }
  const registry = named ? first : "docker.io";
  return { name, registry, host: registry.replace(/:\d+$/, "") };
}

/** Reads NAME@DIGEST. Fails with IMAGE_NAME_INVALID or DIGEST_INVALID; a tag is neither needed nor allowed. */
export function parseImage(text: string): Image {
  const at = text.indexOf("@");
  const digest = at < 0 ? "" : text.slice(at + 1);
  if (!digestForm.test(digest)) {
    throw fault(
      "DIGEST_INVALID",
      `${shown(text)} does not name an image by its digest`,
      "Write NAME@sha256:… with 64 lower-case hexadecimal digits, as push gave it.",
    );
  }
  return { ...parseRepository(text.slice(0, at)), digest };
}

/** Reads NAME:TAG or NAME@DIGEST, and gives the repository and what was named in it. Fails as the parts do. */
export function parseReference(text: string): Repository & { readonly reference: string } {
  if (text.includes("@")) return { ...parseImage(text), reference: text };
  const colon = text.indexOf(":", text.lastIndexOf("/") + 1);
  if (colon < 0) {
    throw fault(
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
  if (tagForm.test(tag)) return tag;
  throw fault(
    "TAG_INVALID",
    `${shown(tag)} is not a tag`,
    "A tag has 1 to 128 letters, digits, '_', '.' and '-', the first being a letter, a digit or '_'.",
  );
}

/** Whether a text is a digest by SHA-256. */
export function isDigest(text: string): boolean {
  return digestForm.test(text);
}
