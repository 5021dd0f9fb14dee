/** How grave a finding is, gravest first; the words are Trivy's and the advisories' own. */
export const severities = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const;

export type Severity = (typeof severities)[number];

/**
 * What sort of thing a finding is: the gates differ by it, and only a vulnerability can be "unfixed". A note is what
 * the tool itself calls information, a warning or a matter of style: no gate stops it.
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

/** The kinds that are wrong whatever their severity: they are no matter of security, and no gate lets them pass. */
export const faultKinds: ReadonlySet<FindingKind> = new Set([
  "lint",
  "format",
  "type",
  "manifest",
  "policy",
  "license",
]);

/** One thing that one tool found, in the one shape that gates, verdict and reports read. */
export interface Finding {
  /** The tool's own name: ruff, mypy, trivy. */
  readonly tool: string;
  readonly kind: FindingKind;
  /** The rule's or advisory's id: F401, CVE-2018-18074, DS002. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The package that a vulnerability or a license is in, with its version: requests 2.19.0. */
  readonly package?: string;
  /** Where, relative to the source's root with `/`; absent when the tool names no file. */
  readonly path?: string;
  /** 1-based. */
  readonly line?: number;
  /** The commit that the place is in, by its id; absent where it is in the source as it lies there. */
  readonly commit?: string;
  /** The version or edit that mends it; absent when there is none yet. */
  readonly fix?: string;
  /** Further ids of the same advisory, as other databases have it: GHSA-…, PYSEC-…. */
  readonly aliases?: readonly string[];
  /** The page that describes the rule or the advisory: https, or absent. */
  readonly advisory?: string;
}

/**
 * What becomes of a finding: a gate stops it, no gate does, the baseline has it already, or a waiver holds for it.
 * Those that stop come first.
 */
export const findingStatuses = ["blocking", "nonblocking", "baseline", "waived"] as const;

export type FindingStatus = (typeof findingStatuses)[number];

/** The waiver that is for a finding. */
export interface AppliedWaiver {
  /** Where it is written: `slipway.yaml waivers[0]`, or `src/a.py:3`. */
  readonly place: string;
  readonly reason: string;
  /** The last day on which it holds, as in 2027-01-31. */
  readonly expires: string;
}

/** A finding after its judgement. */
export interface JudgedFinding extends Finding {
  /** The same for the same problem, whichever tool finds it, and when the lines around it move. */
  readonly fingerprint: string;
  readonly status: FindingStatus;
  /** The waiver that holds for it, or one that did: then the finding is not waived. */
  readonly waiver?: AppliedWaiver;
}
