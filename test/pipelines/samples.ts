import { type CheckId, repositoryKinds } from "#pipelines/findings/check-id.ts";
import type { Check, Evidence, TestCounts } from "#pipelines/findings/evidence.ts";
import type { Finding, JudgedFinding } from "#pipelines/findings/finding.ts";
import { withFingerprints } from "#pipelines/findings/fingerprint.ts";
import { type MergedFinding, mergeFindings } from "#pipelines/findings/merge.ts";

/** A finding with the given fields over those of an unused import. */
export function finding(more: Partial<JudgedFinding> = {}): JudgedFinding {
  const found: Finding = {
    tool: "ruff",
    kind: "lint",
    rule: "F401",
    severity: "HIGH",
    message: "unused",
    path: "src/a.py",
    line: 3,
    ...more,
  };
  const [{ fingerprint } = { fingerprint: "" }] = withFingerprints([found], () => undefined);
  return { fingerprint, status: "blocking", ...found };
}

/** Findings as the reports have them, after one check. */
export function merged(findings: readonly JudgedFinding[]): readonly MergedFinding[] {
  return mergeFindings([check({ evidence: evidence({ findings }) })]);
}

/** A vulnerability of the given severity, with a fix unless told otherwise. */
export function vulnerability(more: Partial<JudgedFinding> = {}): JudgedFinding {
  return finding({
    tool: "trivy",
    kind: "vulnerability",
    rule: "CVE-2018-18074",
    package: "requests 2.19.0",
    path: "requirements.txt",
    line: undefined,
    fix: "2.20.0",
    ...more,
  });
}

export function tests(more: Partial<TestCounts> = {}): TestCounts {
  return { passed: 1, failed: 0, errored: 0, skipped: 0, failures: [], flaky: [], ...more };
}

export function evidence<Found extends Finding = JudgedFinding>(
  more: Partial<Evidence<Found>> = {},
): Evidence<Found> {
  return { findings: [], ...more };
}

export function check({ name = "orders/lint", ...more }: Partial<Check> = {}): Check {
  return {
    ...idOf(name),
    name,
    outcome: "passed",
    reasons: [],
    evidence: evidence(),
    seconds: 1.24,
    reports: [],
    ...more,
  };
}

/** What a check of that name is of, in repositories whose services are named like no kind. */
function idOf(name: string): CheckId {
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) return { kind: first };
  const subject = rest.join("/");
  if (repositoryKinds.some((kind) => kind === first)) return { kind: first, subject };
  const [what = ""] = rest;
  const kind = what === "checks" ? "unaffected" : (/^(?:plan|test|coverage|image)/.exec(what)?.[0] ?? "lint");
  return { kind, service: first, subject };
}

/** Text that means harm to a terminal, a page and a reader: each part must be gone or visible where it is shown. */
export const hostile = `<script>alert(1)</script>"'\`&\u001b[2J\u202etxt.exe\u0000\nSecond`;
