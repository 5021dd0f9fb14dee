import { codedError, shown } from "./errors.ts";
import { isDigest, isImageName, registryIn } from "./image-grammar.ts";

/**
 * An image by its digest, as cosign takes it. A tag could name another image by the time the signature is written.
 */
export interface Reference {
  /** NAME@DIGEST */
  readonly image: string;
  /** The name without tag and digest. */
  readonly name: string;
  /** The registry's host without port. */
  readonly host: string;
  /** The registry's host with its port. */
  readonly registry: string;
  /** sha256: and 64 hexadecimal digits. */
  readonly digest: string;
}

/**
 * Reads NAME@DIGEST.
 *
 * @throws DIGEST_INVALID without a digest, or with a tag beside it; IMAGE_NAME_INVALID.
 */
export function parseReference(image: string): Reference {
  const [name = "", digest = "", ...rest] = image.split("@");
  if (rest.length > 0 || !isDigest(digest)) {
    throw codedError(
      "DIGEST_INVALID",
      `${shown(image)} has no digest`,
      "Write NAME@sha256:… with 64 lower-case hexadecimal digits: a tag can move to another image.",
    );
  }
  if (/:[^/]*$/.test(name)) {
    throw codedError(
      "DIGEST_INVALID",
      `${shown(image)} has a tag beside the digest`,
      "Write NAME@sha256:…, without the tag.",
    );
  }
  if (!isImageName(name)) {
    throw codedError(
      "IMAGE_NAME_INVALID",
      `${shown(name)} is not the name of an image`,
      "Write REGISTRY/REPOSITORY@sha256:….",
    );
  }
  const registry = registryIn(name) ?? "index.docker.io";
  return { image, name, registry, host: registry.replace(/:\d+$/, ""), digest };
}

/** The place where cosign keeps an image's signatures or attestations: NAME:sha256-….sig or NAME:sha256-….att. */
export function attached({ name, digest }: Pick<Reference, "name" | "digest">, kind: "sig" | "att"): string {
  return `${name}:${digest.replace(":", "-")}.${kind}`;
}

/** Checks `stored`: a digest, `none`, or empty if nobody looked it up. Fails with DIGEST_INVALID. */
export function checkStored(stored: string): void {
  if (/^(?:|none|sha256:[0-9a-f]{64})$/.test(stored)) return;
  throw codedError(
    "DIGEST_INVALID",
    `stored: ${shown(stored)} is not a digest`,
    "Set it to the sha256 digest that the registry has under the tag, or to none.",
  );
}
