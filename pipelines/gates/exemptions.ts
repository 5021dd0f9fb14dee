import type { Baseline } from "./baseline.ts";
import type { Waiver } from "./waiver.ts";

/** What is known of a check's findings. */
export interface KnownFindings extends Baseline {
  /** Why it is not all that there is, a sentence. */
  readonly fault?: string;
}

/** What is let pass though a gate would stop it, and what that is told by. */
export interface Exemptions {
  /** The day that the run judges by, as in 2027-01-31. */
  readonly today: string;
  readonly waivers: readonly Waiver[];
  readonly baseline?: Baseline;
  /** What a check of that name finds on the base whose findings are known. Never rejects. */
  readonly known?: (check: string) => Promise<KnownFindings>;
  /** The lines of a file of the source; undefined when it is not there, or no text. */
  readonly lines: (path: string) => Promise<readonly string[] | undefined>;
}
