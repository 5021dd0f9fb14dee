import type { Reason } from "#pipelines/errors/reason.ts";
import type {
  ChangedCoverage,
  Coverage,
  CoverageStep,
  Evidence,
  Outcome,
  TestCounts,
} from "#pipelines/findings/evidence.ts";
import { type Finding, type FindingKind, faultKinds, type Severity } from "#pipelines/findings/finding.ts";
import { placeText } from "#pipelines/findings/location.ts";
import { bySeverity, rank } from "#pipelines/findings/order.ts";
import { countText, percentText } from "#pipelines/text/format.ts";
import { listText } from "#pipelines/text/list.ts";
import type { Exemptions } from "./exemptions.ts";

/** What evidence has to hold to, from slipway.yaml. */
export interface Gates {
  /** The least line coverage, in percent. */
  readonly coverage: number;
  /** The least branch coverage, in percent; absent when it is not asked for. */
  readonly branches?: number;
  /** The least line coverage of all services together, in percent; absent when it is not asked for. */
  readonly totalCoverage?: number;
  /** The least coverage of the lines that differ from the base, in percent; absent when it is not asked for. */
  readonly changedCoverage?: number;
  /** How far a service's coverage may fall below the base's, in percentage points; absent when it is not asked for. */
  readonly coverageDrop?: number;
  /** Security findings of these severities, and graver ones, do not pass. */
  readonly severity: readonly Severity[];
  /** Lets vulnerabilities pass that have no fix yet; never secrets or misconfigurations. */
  readonly ignoreUnfixed: boolean;
  /** Says in a module of one's own whether a finding is stopped, given what the gates say; they alone by default. */
  readonly blocks?: (finding: Finding, byGates: boolean) => boolean;
  /** What is let pass all the same; nothing by default. */
  readonly exemptions?: Exemptions;
}

export interface Judgement {
  readonly outcome: Exclude<Outcome, "skipped">;
  readonly reasons: readonly Reason[];
}

const nouns: Readonly<Record<FindingKind, string>> = {
  lint: "lint finding",
  format: "unformatted file",
  type: "type error",
  vulnerability: "vulnerability",
  secret: "secret",
  misconfiguration: "misconfiguration",
  weakness: "weakness",
  manifest: "manifest error",
  note: "note",
  policy: "policy violation",
  license: "disallowed license",
};

const testsNotFound: Reason = {
  code: "TESTS_NOT_FOUND",
  text: "pytest collected no test",
  remedy: "Add tests, or set `test: false` for this service in slipway.yaml.",
};

/**
 * Judges the evidence of one check by the gates.
 *
 * @returns `failed` with one reason for each gate that does not let it pass; `errored` when there were tests
 * to count and none was there; else `passed` without a reason.
 */
export function judge(evidence: Evidence, gates: Gates): Judgement {
  const { tests, coverage, changed, steps } = evidence;
  if (tests !== undefined && testTotal(tests) === 0) {
    return { outcome: "errored", reasons: [testsNotFound] };
  }
  const reasons = [
    ...(tests === undefined ? [] : testReasons(tests)),
    ...(coverage === undefined ? [] : coverageReasons(coverage, gates)),
    ...(changed === undefined ? [] : changedReasons(changed, gates)),
    ...(steps === undefined ? [] : stepReasons(steps, gates)),
    ...findingReasons(evidence.findings.filter((finding) => isBlocking(finding, gates))),
  ];
  return { outcome: reasons.length === 0 ? "passed" : "failed", reasons: reasons.map((text) => ({ text })) };
}

/** Says whether a gate stops a finding: faults always, notes never, the rest by severity; a module of one's own has the last word. */
export function isBlocking(finding: Finding, gates: Gates): boolean {
  const byGates = isStoppedByKind(finding, gates);
  return gates.blocks?.(finding, byGates) ?? byGates;
}

function isStoppedByKind(finding: Finding, gates: Gates): boolean {
  if (faultKinds.has(finding.kind)) return true;
  if (finding.kind === "note") return false;
  if (finding.kind === "vulnerability" && gates.ignoreUnfixed && finding.fix === undefined) return false;
  if (gates.severity.includes(finding.severity)) return true;
  // UNKNOWN is no rank: it stops nothing but itself, and only when it is listed.
  if (finding.severity === "UNKNOWN") return false;
  const least = Math.max(...gates.severity.filter((each) => each !== "UNKNOWN").map(rank));
  return rank(finding.severity) <= least;
}

/** How many tests there were in all. */
export function testTotal({ passed, failed, errored, skipped }: TestCounts): number {
  return passed + failed + errored + skipped;
}

function testReasons(tests: TestCounts): string[] {
  const wrong = [
    tests.failed > 0 ? `${tests.failed} of ${countText(testTotal(tests), "test")} failed` : "",
    tests.errored > 0 ? `${tests.errored} of ${countText(testTotal(tests), "test")} errored` : "",
  ].filter((part) => part !== "");
  return wrong.length === 0 ? [] : [`${wrong.join(", ")}${listText(tests.failures.map(({ name }) => name))}`];
}

/** Asked this way round, so that no number at all does not pass. */
function coverageReasons({ percent, branches }: Coverage, gates: Gates): string[] {
  const lines = percent >= gates.coverage ? [] : [belowText(percent, "lines", gates.coverage)];
  if (gates.branches === undefined) return lines;
  if (branches === undefined) {
    return [...lines, `branch coverage was not measured (required: at least ${gates.branches} %)`];
  }
  return branches.percent >= gates.branches
    ? lines
    : [...lines, belowText(branches.percent, "branches", gates.branches)];
}

function belowText(percent: number, what: string, least: number): string {
  return `${percentText(percent)} of ${what} covered (required: at least ${least} %)`;
}

function changedReasons({ coveredLines, totalLines, missed }: ChangedCoverage, gates: Gates): string[] {
  const percent = (100 * coveredLines) / totalLines;
  if (gates.changedCoverage === undefined || totalLines === 0 || percent >= gates.changedCoverage) return [];
  const places = missed.map(({ path, lines }) => `${path}:${ranges(lines)}`);
  const of = countText(totalLines, "changed line");
  const least = gates.changedCoverage;
  return [`${percentText(percent)} of ${of} covered (required: at least ${least} %)${listText(places)}`];
}

function stepReasons(steps: readonly CoverageStep[], { coverageDrop }: Gates): string[] {
  if (coverageDrop === undefined) return [];
  // Asked this way round, so that no number at all does not pass; the last term is what reckoning loses.
  const fallen = steps.filter(({ before, after }) => !(after >= before - coverageDrop - 1e-9));
  if (fallen.length === 0) return [];
  const each = fallen.map(
    ({ service, before, after }) =>
      `${service} from ${percentText(before)} to ${percentText(after)} of lines`,
  );
  const least = coverageDrop === 0 ? "no drop" : `a drop of at most ${coverageDrop} points`;
  return [`coverage fell below the base (allowed: ${least})${listText(each)}`];
}

/** `3-5, 9` of 3, 4, 5 and 9. */
function ranges(lines: readonly number[]): string {
  const found: [number, number][] = [];
  for (const line of lines.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && line <= last[1] + 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(" ");
}

/** One reason for each tool and kind: `ruff: 3 lint findings: F401 src/a.py:3, …`. */
function findingReasons(stopped: readonly Finding[]): string[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of stopped) {
    const key = `${finding.tool} ${finding.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const noun = first === undefined ? "finding" : nouns[first.kind];
    return `${first?.tool}: ${countText(group.length, noun)}${listText(group.toSorted(bySeverity).map(labelOf))}`;
  });
}

function labelOf(finding: Finding): string {
  const { kind, rule, severity, message, path, package: subject } = finding;
  if (kind === "format") return path ?? rule;
  if (kind === "manifest" || kind === "policy") return message;
  const place = path === undefined ? "" : ` ${placeText(finding)}`;
  const graded = kind === "lint" || kind === "type" || kind === "license" ? rule : `${severity} ${rule}`;
  return `${graded}${subject === undefined ? place : ` in ${subject}`}`;
}
