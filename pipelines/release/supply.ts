import type { Directory } from "@dagger.io/dagger";
import type { Attested } from "#pipelines/release/attest/predicates.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import type { Note } from "./progress.ts";

/** The images of a release, and what is known about them: built in this call, or handed over by another one. */
export interface Supply<Image extends ReadyImage> {
  readonly images: readonly Image[];
  readonly verdict: Verdict;
  readonly reports: Directory;
  /** The predicates to attest, except the provenance, once it is certain that the images may be released. */
  attested(): Promise<Attested>;
  /** Brings an image to the registry, or makes sure that it is there. */
  publish(image: Image, note: Note): Promise<void>;
}
