import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import { version as slipway } from "#pipelines/version.ts";
import type { HeldImage } from "../held-image.ts";
import type { WishedImage } from "../image.ts";
import { type Facts, type FactsOf, factsSchema } from "./entry.ts";

/** Writes what a step leaves behind, as the gitops module takes it. */
export function factsText<Step extends Facts["step"]>(
  step: Step,
  started: Date,
  facts: FactsOf<Step>,
): string {
  const all = { version: 1, slipway, started: started.toISOString(), step, ...facts };
  // What a reader would refuse must not be written: nobody could remove it.
  return JSON.stringify(factsSchema.parse(all));
}

/** Text from outside, as an entry has it: on one line, and not longer than an entry takes. */
export function lineOf(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 2000);
}

/** Who makes a call, as an entry has it. */
export function byOf({ by }: { readonly by?: string | undefined }): { readonly by?: string } {
  return by === undefined ? {} : { by: lineOf(by) };
}

/** The images that a step sets, with the digests that they replace. */
export function changesOf(
  present: readonly WishedImage[],
  images: readonly UpdateImage[],
): FactsOf<"promotion">["images"] {
  return images.map(({ name, digest, tag }) => {
    const before = present.find((each) => each.name === name && each.digest !== digest)?.digest;
    return { name, digest, ...(tag !== undefined && { tag }), ...(before !== undefined && { before }) };
  });
}

/** What was asked of those of the images that a step sets. */
export function evidenceOf(
  held: readonly HeldImage[],
  images: readonly UpdateImage[],
): FactsOf<"promotion">["evidence"] {
  const names = new Set(images.map(({ name, digest }) => `${name}@${digest}`));
  return held.filter(({ image }) => names.has(image)).map(({ image, checks }) => ({ image, checks }));
}
