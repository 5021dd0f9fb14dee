import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { StepLog } from "../progress.ts";

/** What a container of an image runs as: the part of the OCI image configuration that images document. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly StopSignal?: string;
}

export interface ImageContents {
  /** Folders that `writeLayer` filled, lowest layer first. */
  readonly layers: readonly string[];
  readonly config: ImageConfig;
}

/** An image made from packages that bears an official image's name and keeps what that one documents. */
export interface StandIn {
  /** Path of the repository, the same below every registry host: `library/python`. */
  readonly repository: string;
  /** Tags of one and the same image. */
  readonly tags: readonly string[];
  /** Further tags, each an image of its own: whatever version the packages come in. */
  readonly versions?: RegExp;
  /** What it is made of, for people: `Python 3.11 of Debian bookworm`. */
  readonly madeOf: string;
  /** What bears on the content; see `recipe`. */
  readonly recipe: string;
  /** Whether it can be made for another architecture than the machine's, where that is emulated; false by default. */
  readonly foreign?: boolean;
  /** Makes the image for `tag` inside the empty folder `work`. Fails with IMAGE_UNKNOWN for a version that is not to be had. */
  build(work: string, tag: string, log: StepLog, architecture: string): Promise<ImageContents>;
}

/** A name or version for which no image can be made, whatever one does. */
export class ImageUnknown extends Error {
  constructor(what: string, remedy: string) {
    super(`IMAGE_UNKNOWN: ${what}. ${remedy}`);
    this.name = "ImageUnknown";
  }
}

/**
 * Digests the files that an image is made by, for use as its cache key.
 *
 * @param module the image's own `import.meta.url`.
 * @param files what else it reads, relative to that.
 */
export function recipe(module: string, ...files: readonly string[]): string {
  const shared = ["debian-root.ts", "update-ca-certificates.sh", "layer.ts", "layout.ts", "blob.ts"].map(
    (file) => new URL(file, import.meta.url),
  );
  const own = [new URL(module), ...files.map((file) => new URL(file, module))];
  const hash = createHash("sha256");
  for (const file of [...shared, ...own]) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}
