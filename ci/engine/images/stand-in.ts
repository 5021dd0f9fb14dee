import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { StepLog } from "../progress.ts";

/**
 * The settings that a container of an image starts with: the part of the OCI image configuration that images
 * document.
 */
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

/** An image made from packages. It has the name of an official image, and keeps what that image documents. */
export interface StandIn {
  /** Path of the repository, the same on every registry host: `library/python`. */
  readonly repository: string;
  /** Tags of one image. */
  readonly tags: readonly string[];
  /** Further tags, each with an image of its own: any version that the packages have. */
  readonly versions?: RegExp;
  /** The source of the image, for people: `Python 3.11 of Debian bookworm`. */
  readonly madeOf: string;
  /** A digest of everything that affects the content; see `recipe`. */
  readonly recipe: string;
  /** Whether it can be made for other architectures than the machine's, if these are emulated; default: false. */
  readonly foreign?: boolean;
  /**
   * Makes the image for `tag` in the empty folder `work`. Fails with IMAGE_UNKNOWN for a version that does not exist.
   */
  build(work: string, tag: string, log: StepLog, architecture: string): Promise<ImageContents>;
}

/** The error for a name or version that no image can be made for. */
export class ImageUnknown extends Error {
  constructor(what: string, remedy: string) {
    super(`IMAGE_UNKNOWN: ${what}. ${remedy}`);
    this.name = "ImageUnknown";
  }
}

/**
 * Digests the files that define how an image is made, for its cache key.
 *
 * @param module the image's own `import.meta.url`.
 * @param files the other files that it reads, relative to `module`.
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
