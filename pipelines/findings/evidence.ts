import type { Reason } from "#pipelines/errors/reason.ts";
import type { CheckId } from "./check-id.ts";
import type { Finding, JudgedFinding } from "./finding.ts";
import type { PackageChanges } from "./package-diff.ts";

/** `failed`: the tool found something that a gate does not let pass. `errored`: the tool, or its report, broke. */
export type Outcome = "passed" | "failed" | "errored" | "skipped";

/** How many tests there were, and which failed. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly skipped: number;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  /** Those that did not fail in the end, but only after a retry; `message` is what the last failed attempt said. */
  readonly flaky: readonly { readonly name: string; readonly retries: number; readonly message: string }[];
}

/** Branch coverage: `percent` is 0 to 100, unrounded; 100 of code without a branch. */
export interface Branches {
  readonly percent: number;
  readonly covered: number;
  readonly total: number;
}

/** Line coverage: `percent` is 0 to 100, unrounded. */
export interface Coverage {
  readonly percent: number;
  readonly coveredLines: number;
  readonly totalLines: number;
  /** Absent where they were not measured. */
  readonly branches?: Branches;
  readonly files: readonly { readonly path: string; readonly percent: number }[];
}

/** Coverage of the lines that differ from a base: those that the tests measure. */
export interface ChangedCoverage {
  /** What they differ from, as the call names it. */
  readonly base: string;
  readonly coveredLines: number;
  readonly totalLines: number;
  /** The lines that are not covered. */
  readonly missed: readonly { readonly path: string; readonly lines: readonly number[] }[];
}

/** A service's line coverage on a base and now, in percent. */
export interface CoverageStep {
  readonly service: string;
  readonly before: number;
  readonly after: number;
}

/** What the tools' reports say, once read: facts, no judgement. */
export interface Evidence<Found extends Finding = Finding> {
  readonly findings: readonly Found[];
  readonly tests?: TestCounts;
  readonly coverage?: Coverage;
  readonly changed?: ChangedCoverage;
  /** The services that the base has too. */
  readonly steps?: readonly CoverageStep[];
  /** What became of an image's packages since the last release; no gate asks about it. */
  readonly changes?: PackageChanges;
}

/** One check after its judgement. */
export interface Check extends CheckId {
  /** As `checkName` makes it of the other fields: orders/ruff, scan. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  readonly evidence: Evidence<JudgedFinding>;
  /** One short clause for a passed check: `14 tests, 93.1 % lines covered`. */
  readonly note?: string;
  /** Wall-clock time in seconds, as this run saw it (a reused result shows the time of reading it). */
  readonly seconds: number;
  /** When it began, in seconds on a clock that all checks of a run share; absent when it was not carried out. */
  readonly start?: number;
  /** Paths below the reports folder that belong to this check. */
  readonly reports: readonly string[];
}

/** When the first check began, on the clock that they share. */
export function firstStart(checks: readonly Check[]): number {
  return checks.reduce((first, { start = first }) => Math.min(first, start), Number.POSITIVE_INFINITY);
}
