import type { Baseline } from "./baseline.ts";
import type { Waiver } from "./waiver.ts";

/** What the same check finds on a base. */
export interface KnownFindings extends Baseline {
  /** Why it is not all that there is, a sentence. */
  readonly fault?: string;
}

/** What is let pass though a gate would block it, and what that is told by. */
export interface Exemptions {
  /** The day that the run judges by, as in 2027-01-31. */
  readonly today: string;
  readonly waivers: readonly Waiver[];
  readonly baseline?: Baseline;
  /** The lines of a file of the source; undefined when it is not there, or no text. */
  readonly lines: (path: string) => Promise<readonly string[] | undefined>;
}
