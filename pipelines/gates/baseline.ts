import type { Finding } from "#pipelines/findings/finding.ts";

/** The findings of an earlier run, none of which a gate blocks. */
export interface Baseline {
  /** The result of `placeOf` for each finding at each of its places. */
  readonly places: ReadonlySet<string>;
}

/**
 * Names a finding at its place. The place is needed because an advisory has one fingerprint for all places of its
 * package. If another service adds the package, that place is not known.
 */
export function placeOf(fingerprint: string, { path }: Pick<Finding, "path">, check: string): string {
  return `${fingerprint} ${path ?? check}`;
}
