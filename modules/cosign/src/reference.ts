import { codedError, shown } from "./errors.ts";
import { isDigest, isImageName, registryIn } from "./image-grammar.ts";

/** An image by its digest, as cosign takes it: a tag may stand for another image when the signature is written. */
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
 * @throws DIGEST_INVALID without a digest or beside a tag; IMAGE_NAME_INVALID.
 */
export function parseReference(image: string): Reference {
  const [name = "", digest = "", ...rest] = image.split("@");
  if (rest.length > 0 || !isDigest(digest)) {
    throw codedError(
      "DIGEST_INVALID",
      `${shown(image)} names no digest`,
      "Give NAME@sha256:… with 64 lower-case hexadecimal digits: a tag may come to stand for another image.",
    );
  }
  if (/:[^/]*$/.test(name)) {
    throw codedError("DIGEST_INVALID", `${shown(image)} names a tag beside the digest`, "Leave the tag out.");
  }
  if (!isImageName(name)) {
    throw codedError(
      "IMAGE_NAME_INVALID",
      `${shown(name)} is no image name`,
      "Give REGISTRY/REPOSITORY@sha256:….",
    );
  }
  const registry = registryIn(name) ?? "index.docker.io";
  return { image, name, registry, host: registry.replace(/:\d+$/, ""), digest };
}

/** Where cosign keeps an image's signatures or attestations: NAME:sha256-….sig or .att. */
export function attached({ name, digest }: Pick<Reference, "name" | "digest">, kind: "sig" | "att"): string {
  return `${name}:${digest.replace(":", "-")}.${kind}`;
}

/** Checks what a registry is said to have under a tag: a digest, none, or nothing that was looked up. Fails with DIGEST_INVALID. */
export function checkStored(stored: string): void {
  if (/^(?:|none|sha256:[0-9a-f]{64})$/.test(stored)) return;
  throw codedError(
    "DIGEST_INVALID",
    `${shown(stored)} is no digest`,
    "Give sha256:…, as the registry has it, or none.",
  );
}
