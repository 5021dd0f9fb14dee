import { z } from "zod";
import { pinnedImagePattern } from "#pipelines/config/image-name.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";
import { valueIn } from "#pipelines/yaml/document.ts";

/** The file with the digests of images, beside slipway.yaml. */
export const lockFile = "slipway.lock";

/** The digests of tags, by NAME:TAG. */
export type Lock = ReadonlyMap<string, string>;

export const noLock: Lock = new Map();

const head = `# Digests of the images that the checks run in. Written by \`dagger call lock\`.
# Call it again to update this file. An image that is missing here is pulled by its tag.
version: 1
images:
`;

const file = z.strictObject({ version: z.literal(1), images: z.array(z.string()) });

/**
 * Reads slipway.lock.
 *
 * @throws LOCK_INVALID unless each image is NAME:TAG@DIGEST and occurs once: a partly read lock would leave tags
 * unpinned.
 */
export function readLock(text: string): Lock {
  const read = file.safeParse(valueIn(text));
  if (!read.success) throw invalid("not a YAML map with version: 1 and a list of images");
  const lock = new Map<string, string>();
  for (const image of read.data.images) {
    const [, name, digest] = /^([^@]+:[^@:/]+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
    if (name === undefined || digest === undefined || !pinnedImagePattern.test(image)) {
      throw invalid(`${plain(image)} is not NAME:TAG@sha256:DIGEST`);
    }
    if (lock.has(name)) throw invalid(`${plain(name)} is listed twice`);
    lock.set(name, digest);
  }
  return lock;
}

/** Writes slipway.lock: one full image reference a line, sorted by name, as docker pull accepts it. */
export function writeLock(lock: Lock): string {
  const lines = [...lock].map(([name, digest]) => `  - ${name}@${digest}\n`).sort();
  return head + lines.join("");
}

/** Returns the pinned image of a reference; the reference itself if it has a digest or the lock has no entry. */
export function pinned(lock: Lock, reference: string): string {
  if (reference.includes("@")) return reference;
  const name = tagged(reference);
  const digest = lock.get(name);
  return digest === undefined ? reference : `${name}@${digest}`;
}

/**
 * The reference with its tag, or with the implied tag if none is written. A colon before the last slash belongs to
 * a registry's port.
 */
export function tagged(reference: string): string {
  return reference.includes(":", reference.lastIndexOf("/") + 1) ? reference : `${reference}:latest`;
}

function invalid(what: string): SlipwayError {
  return new SlipwayError(
    "LOCK_INVALID",
    `${lockFile}: ${what}`,
    "Delete the file and run `dagger call lock` to write it again.",
  );
}
