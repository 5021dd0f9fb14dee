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
import { missingPrograms } from "./missing-programs.ts";

/** The requirements for evidence, from slipway.yaml. */
export interface Gates {
  /** The minimum line coverage, in percent. */
  readonly coverage: number;
  /** The limit that the service itself sets, and that counts in place of `coverage`; absent if it sets none. */
  readonly ownCoverage?: OwnCoverage;
  /** Whether `coverage` is Slipway's default, which nobody asked for; default: false. */
  readonly isDefaultCoverage?: boolean;
  /** The minimum branch coverage, in percent; absent if not required. */
  readonly branches?: number;
  /** The minimum line coverage of all services together, in percent; absent if not required. */
  readonly totalCoverage?: number;
  /** The minimum coverage of the lines that differ from the base, in percent; absent if not required. */
  readonly changedCoverage?: number;
  /**
   * The most by which a service's coverage may fall below the base's, in percentage points; absent if not required.
   */
  readonly coverageDrop?: number;
  /** Security findings of these severities, and more severe ones, block. */
  readonly severity: readonly Severity[];
  /** Whether vulnerabilities without a fix do not block. It never applies to secrets or misconfigurations. */
  readonly ignoreUnfixed: boolean;
  /**
   * Decides in your own module whether a finding blocks, given the decision of the gates; default: the gates
   * decide.
   */
  readonly blocks?: (finding: Finding, byGates: boolean) => boolean;
  /** The findings that pass although a gate would block them; default: none. */
  readonly exemptions?: Exemptions;
}

/** A limit of coverage as coverage.py knows it: of lines, and of branches if they are measured. */
export interface OwnCoverage {
  /** In percent. */
  readonly percent: number;
  /** The decimals to which coverage.py rounds before it compares. */
  readonly precision: number;
  /** The place that sets it. */
  readonly by: string;
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
  text: "no test was found",
  remedy: "Add tests, or set `test: false` for this service in slipway.yaml.",
};

/**
 * Judges the evidence of one check by the gates.
 *
 * @returns `failed` with one reason for each gate that blocks it; `errored` if tests were expected and none was
 *   found; else `passed` without a reason.
 */
export function judge(evidence: Evidence, gates: Gates): Judgement {
  const { tests, coverage, changed, steps } = evidence;
  if (tests !== undefined && testTotal(tests) === 0) {
    return { outcome: "errored", reasons: [testsNotFound] };
  }
  const reasons = [
    ...asReasons(tests === undefined ? [] : testReasons(tests)),
    ...(coverage === undefined ? [] : [...lineReasons(coverage, gates), ...branchReasons(coverage, gates)]),
    ...asReasons(changed === undefined ? [] : changedReasons(changed, gates)),
    ...asReasons(steps === undefined ? [] : stepReasons(steps, gates)),
    ...asReasons(findingReasons(evidence.findings.filter((finding) => isBlocking(finding, gates)))),
  ];
  if (reasons.length === 0) return { outcome: "passed", reasons };
  const programs = tests === undefined ? [] : programReasons(tests);
  return { outcome: "failed", reasons: [...reasons, ...programs] };
}

function asReasons(texts: readonly string[]): Reason[] {
  return texts.map((text) => ({ text }));
}

/**
 * Whether a gate blocks a finding: faults always, notes never, the rest by severity. Your own module has the last
 * word.
 */
export function isBlocking(finding: Finding, gates: Gates): boolean {
  const byGates = isStoppedByKind(finding, gates);
  return gates.blocks?.(finding, byGates) ?? byGates;
}

function isStoppedByKind(finding: Finding, gates: Gates): boolean {
  if (faultKinds.has(finding.kind)) return true;
  if (finding.kind === "note") return false;
  if (finding.kind === "vulnerability" && gates.ignoreUnfixed && finding.fix === undefined) return false;
  if (gates.severity.includes(finding.severity)) return true;
  // UNKNOWN has no rank: only listing it blocks it, and listing it blocks nothing else.
  if (finding.severity === "UNKNOWN") return false;
  const least = Math.max(...gates.severity.filter((each) => each !== "UNKNOWN").map(rank));
  return rank(finding.severity) <= least;
}

/** The number of all tests. */
export function testTotal({ passed, failed, errored, skipped }: TestCounts): number {
  return passed + failed + errored + skipped;
}

function testReasons(tests: TestCounts): string[] {
  const wrong = [
    tests.failed > 0 ? `${tests.failed} of ${countText(testTotal(tests), "test")} failed` : "",
    tests.errored > 0 ? `${tests.errored} of ${countText(testTotal(tests), "test")} errored` : "",
  ].filter((part) => part !== "");
  return wrong.length === 0 ? [] : [`${wrong.join(", ")}${listText(tests.failures.map(failureText))}`];
}

/** A machine of a CI system often has programs that the container of the tests has not. */
function programReasons({ failures }: TestCounts): Reason[] {
  const missing = missingPrograms(failures.map(({ message }) => message));
  if (missing.length === 0) return [];
  const names = missing.map(({ program }) => program).join(", ");
  const packages = missing.map((each) => each.package).join(", ");
  return [
    {
      text: `the container of the tests has no ${names}`,
      remedy: `Add \`packages: [${packages}]\` to the service's \`test\` in slipway.yaml.`,
    },
  ];
}

/** Names a failed test; for a module that could not be imported, the error too. */
function failureText({ name, message }: TestCounts["failures"][number]): string {
  if (!message.startsWith("collection failure")) return name;
  const error = message.split("\n").findLast((line) => line.startsWith("E  "));
  return error === undefined ? name : `${name} (${error.slice(1).trim()})`;
}

/** The comparisons use `>=`, so that NaN does not pass. */
function lineReasons(coverage: Coverage, gates: Gates): Reason[] {
  const { coverage: least, ownCoverage: own, isDefaultCoverage = false } = gates;
  if (own !== undefined) return ownReasons(coverage, own);
  if (coverage.percent >= least) return [];
  const text = belowText(coverage.percent, "lines", least);
  if (!isDefaultCoverage) return [{ text }];
  const now = Math.floor(coverage.percent);
  return [
    {
      text: `${text}, Slipway's default`,
      remedy: `Add tests, or begin with what there is: \`gates: { coverage: ${now} }\` in slipway.yaml.`,
    },
  ];
}

/** As coverage.py compares: rounded, but 100 is reached by 100 alone. */
function ownReasons(coverage: Coverage, { percent: least, precision, by }: OwnCoverage): Reason[] {
  const { coveredLines, totalLines, branches } = coverage;
  const { covered, total } = branches ?? { covered: 0, total: 0 };
  const percent = (100 * (coveredLines + covered)) / (totalLines + total);
  const compared = least === 100 ? percent : halfEven(percent, precision);
  if (compared >= least) return [];
  const what = branches === undefined ? "lines" : "lines and branches";
  const now = Math.floor(coverage.percent);
  return [
    {
      text: `${belowText(percent, what, least)}, by ${by}`,
      remedy: `Add tests. If that limit is for several runs together, set \`gates: { coverage: ${now} }\` in slipway.yaml.`,
    },
  ];
}

/** Rounds as Python does: a half goes to the even neighbour. */
function halfEven(value: number, decimals: number): number {
  const scaled = value * 10 ** decimals;
  const below = Math.floor(scaled);
  const isUp = scaled - below > 0.5 || (scaled - below === 0.5 && below % 2 === 1);
  return (isUp ? below + 1 : below) / 10 ** decimals;
}

function branchReasons({ branches }: Coverage, { branches: least }: Gates): Reason[] {
  if (least === undefined || (branches !== undefined && branches.percent >= least)) return [];
  return asReasons([
    branches === undefined
      ? `branch coverage was not measured (required: at least ${least} %)`
      : belowText(branches.percent, "branches", least),
  ]);
}

function belowText(percent: number, what: string, least: number): string {
  return `${percentText(percent)} of ${what} covered (required: at least ${least} %)`;
}

/** Names the changed files that no run measures, for which nobody can say whether they are covered. */
export function unmeasuredText(unmeasured: readonly string[]): string {
  return unmeasured.length === 0 ? "" : `; not measured${listText(unmeasured)}`;
}

function changedReasons(
  { coveredLines, totalLines, missed, unmeasured = [] }: ChangedCoverage,
  gates: Gates,
): string[] {
  const percent = (100 * coveredLines) / totalLines;
  if (gates.changedCoverage === undefined || totalLines === 0 || percent >= gates.changedCoverage) return [];
  const places = missed.map(({ path, lines }) => `${path}:${ranges(lines)}`);
  const of = countText(totalLines, "changed line");
  const least = gates.changedCoverage;
  return [
    `${percentText(percent)} of ${of} covered (required: at least ${least} %)${listText(places)}${unmeasuredText(unmeasured)}`,
  ];
}

function stepReasons(steps: readonly CoverageStep[], { coverageDrop }: Gates): string[] {
  if (coverageDrop === undefined) return [];
  // The comparison uses `>=`, so that NaN does not pass; the last term allows for rounding.
  const fallen = steps.filter(({ before, after }) => !(after >= before - coverageDrop - 1e-9));
  if (fallen.length === 0) return [];
  const each = fallen.map(
    ({ service, before, after }) =>
      `${service} from ${percentText(before)} to ${percentText(after)} of lines`,
  );
  const least = coverageDrop === 0 ? "no drop" : `a drop of at most ${coverageDrop} points`;
  return [`coverage fell below the base (allowed: ${least})${listText(each)}`];
}

/** Writes 3, 4, 5 and 9 as `3-5 9`. */
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
