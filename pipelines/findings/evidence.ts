import type { Reason } from "#pipelines/errors/reason.ts";
import type { CheckId } from "./check-id.ts";
import type { Finding, JudgedFinding } from "./finding.ts";
import type { PackageChanges } from "./package-diff.ts";

/** `failed`: the tool found something that a gate blocks. `errored`: the tool, or its report, broke. */
export type Outcome = "passed" | "failed" | "errored" | "skipped";

/** The number of tests by result, and the names of those that failed. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  readonly skipped: number;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  /** The tests that passed only after a retry; `message` comes from the last failed attempt. */
  readonly flaky: readonly { readonly name: string; readonly retries: number; readonly message: string }[];
}

/** Branch coverage: `percent` is 0 to 100, unrounded; 100 for code without a branch. */
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
  /** Absent if branches were not measured. */
  readonly branches?: Branches;
  readonly files: readonly { readonly path: string; readonly percent: number }[];
}

/** Coverage of the changed lines that the tests measure. */
export interface ChangedCoverage {
  /** The base of the comparison, as the call names it. */
  readonly base: string;
  readonly coveredLines: number;
  readonly totalLines: number;
  /** The lines that no test covers. */
  readonly missed: readonly { readonly path: string; readonly lines: readonly number[] }[];
  /** Changed Python files, tests apart, that no test run measures; absent if there are none. */
  readonly unmeasured?: readonly string[];
}

/** A service's line coverage on a base and now, in percent. */
export interface CoverageStep {
  readonly service: string;
  readonly before: number;
  readonly after: number;
}

/** The content of the tools' reports: facts without a judgement. */
export interface Evidence<Found extends Finding = Finding> {
  readonly findings: readonly Found[];
  readonly tests?: TestCounts;
  readonly coverage?: Coverage;
  readonly changed?: ChangedCoverage;
  /** The coverage of the services that the base also has. */
  readonly steps?: readonly CoverageStep[];
  /** The changes of an image's packages since the last release; no gate uses them. */
  readonly changes?: PackageChanges;
}

/** A check with its judgement. */
export interface Check extends CheckId {
  /** The name that `checkName` makes from the other fields: orders/ruff, scan. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  readonly evidence: Evidence<JudgedFinding>;
  /** One short clause for a passed check: `14 tests, 93.1 % lines covered`. */
  readonly note?: string;
  /** Wall-clock time in seconds, as this run measured it (a cached result shows the time to read it). */
  readonly seconds: number;
  /**
   * The start time in seconds, on a clock that all checks of a run share; absent if the check was not carried out.
   */
  readonly start?: number;
  /** Paths below the reports folder that belong to this check. */
  readonly reports: readonly string[];
}

/** The start of the first check, on the clock that all checks share. */
export function firstStart(checks: readonly Check[]): number {
  return checks.reduce((first, { start = first }) => Math.min(first, start), Number.POSITIVE_INFINITY);
}
