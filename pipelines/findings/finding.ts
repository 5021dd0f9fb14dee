/** The severities of findings, most severe first, in the words of Trivy and of the advisories. */
export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const;

export type Severity = (typeof severities)[number];

/**
 * The kinds of findings. Each gate applies to some of them, and only a vulnerability can be "unfixed". A note is
 * information, a warning or a matter of style in the tool's own words: no gate blocks it.
 */
export const findingKinds = [
  "lint",
  "format",
  "type",
  "vulnerability",
  "secret",
  "misconfiguration",
  "weakness",
  "manifest",
  "note",
  "policy",
  "license",
] as const;

export type FindingKind = (typeof findingKinds)[number];

/** The kinds that always block, whatever their severity: they are faults, not security findings. */
export const faultKinds: ReadonlySet<FindingKind> = new Set([
  "lint",
  "format",
  "type",
  "manifest",
  "policy",
  "license",
]);

/** One finding of one tool, in the single shape that gates, verdict and reports read. */
export interface Finding {
  /** The tool's own name: ruff, mypy, trivy. */
  readonly tool: string;
  readonly kind: FindingKind;
  /** The id of the rule or advisory: F401, CVE-2018-18074, DS002. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The package with the vulnerability or license, and its version: requests 2.19.0. */
  readonly package?: string;
  /** The file, relative to the source's root with `/`; absent if the tool names no file. */
  readonly path?: string;
  /** Counted from 1. */
  readonly line?: number;
  /** The id of the commit that contains the place; absent if the place is in the source itself. */
  readonly commit?: string;
  /** The version or edit that fixes it; absent if no fix exists yet. */
  readonly fix?: string;
  /** Other databases' ids of the same advisory: GHSA-…, PYSEC-…. */
  readonly aliases?: readonly string[];
  /** The https address of the page that describes the rule or advisory; absent without one. */
  readonly advisory?: string;
}

/**
 * The status of a finding: a gate blocks it, no gate blocks it, the baseline has it already, or a waiver applies to
 * it. The blocking ones come first.
 */
export const findingStatuses = ["blocking", "nonblocking", "baseline", "waived"] as const;

export type FindingStatus = (typeof findingStatuses)[number];

/** The waiver that applies to a finding. */
export interface AppliedWaiver {
  /** The place of the waiver: `slipway.yaml waivers[0]`, or `src/a.py:3`. */
  readonly place: string;
  readonly reason: string;
  /** The last day on which it is valid, as in 2027-01-31. */
  readonly expires: string;
}

/** A finding with its judgement. */
export interface JudgedFinding extends Finding {
  /** An id of the problem. It is the same for every tool that finds it, and stays when the lines around it move. */
  readonly fingerprint: string;
  readonly status: FindingStatus;
  /** The waiver that applies to it. If that waiver has expired, the finding does not count as waived. */
  readonly waiver?: AppliedWaiver;
}
