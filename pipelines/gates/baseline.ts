import type { Finding } from "#pipelines/findings/finding.ts";

/** The findings of an earlier run, of which a gate stops none. */
export interface Baseline {
  /** For each finding and each place of it what `placeOf` says. */
  readonly places: ReadonlySet<string>;
}

/**
 * Names a finding at its place. An advisory has one fingerprint wherever its package is, and a service that takes up the
 * package anew is no known place of it.
 */
export function placeOf(fingerprint: string, { path }: Pick<Finding, "path">, check: string): string {
  return `${fingerprint} ${path ?? check}`;
}
