/** An image that was held against an environment's rules. */
export interface HeldImage {
  /** NAME@DIGEST. */
  readonly image: string;
  /** The names of the checks that passed. */
  readonly checks: readonly string[];
  /** What is missing, a clause each. */
  readonly missing: readonly string[];
}

/** What a call has held so far, by rules and image, each pair once. */
export type Held = Map<string, Promise<HeldImage>>;
