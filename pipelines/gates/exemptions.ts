import type { Baseline } from "./baseline.ts";
import type { Waiver, WaiverPeriod } from "./waiver.ts";

/** The findings of the same check on a base. */
export interface KnownFindings extends Baseline {
  /** The reason why they are incomplete, as a sentence. */
  readonly fault?: string;
}

/** The findings that pass although a gate would block them, and the data that decides it. */
export interface Exemptions extends WaiverPeriod {
  readonly waivers: readonly Waiver[];
  readonly baseline?: Baseline;
  /** The lines of a file of the source; undefined if it does not exist or is not text. */
  readonly lines: (path: string) => Promise<readonly string[] | undefined>;
}
