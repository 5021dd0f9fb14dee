import type { ChangedCoverage, Coverage, CoverageStep, Evidence } from "#pipelines/findings/evidence.ts";
import type { FindingStatus, JudgedFinding } from "#pipelines/findings/finding.ts";
import { testTotal, unmeasuredText } from "#pipelines/gates/judge.ts";
import { countText, percentText } from "#pipelines/text/format.ts";
import { listText } from "#pipelines/text/list.ts";
import { printable } from "#pipelines/text/printable.ts";

/**
 * Describes in one clause the evidence for a passed check: `14 tests, 93.1 % of lines covered`, `no finding`, `3
 * findings below the gate`.
 */
export function passNote({ findings, tests, coverage, changed, steps }: Evidence): string {
  const parts = [
    tests === undefined ? "" : countText(testTotal(tests), "test"),
    tests !== undefined && tests.skipped > 0 ? `${tests.skipped} of them skipped` : "",
    tests !== undefined && tests.flaky.length > 0 ? flakyText(tests.flaky.map(({ name }) => name)) : "",
    coverage === undefined ? "" : `${coveredText(coverage)} covered`,
    changed === undefined ? "" : changedText(changed),
    steps === undefined ? "" : stepsText(steps),
    findings.length > 0 ? `${countText(findings.length, "finding")} below the gate` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no finding" : parts.join(", ");
}

/** Counts the findings that pass because of a waiver or the baseline, one clause each. */
export function suppressedNote({ findings }: Evidence<JudgedFinding>): readonly string[] {
  const count = (wanted: FindingStatus) => findings.filter(({ status }) => status === wanted).length;
  const [waived, known] = [count("waived"), count("baseline")];
  return [...(waived > 0 ? [`${waived} waived`] : []), ...(known > 0 ? [`${known} in the baseline`] : [])];
}

function flakyText(names: readonly string[]): string {
  return `${names.length} of them flaky, passed only after a retry${listText(names)}`;
}

function changedText({ base, coveredLines, totalLines, unmeasured = [] }: ChangedCoverage): string {
  const from = printable(base);
  const left = unmeasuredText(unmeasured);
  if (totalLines === 0) return `no measured line differs from ${from}${left}`;
  const percent = percentText((100 * coveredLines) / totalLines);
  return `${percent} covered of ${countText(totalLines, "line")} changed since ${from}${left}`;
}

function stepsText(steps: readonly CoverageStep[]): string {
  if (steps.length === 0) return "the base has no coverage of these services";
  return steps
    .map(
      ({ service, before, after }) =>
        `${service} from ${percentText(before)} to ${percentText(after)} of lines`,
    )
    .join(", ");
}

function coveredText({ percent, branches }: Coverage): string {
  const lines = `${percentText(percent)} of lines`;
  return branches === undefined ? lines : `${lines} and ${percentText(branches.percent)} of branches`;
}
