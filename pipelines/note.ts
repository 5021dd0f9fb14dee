import type { Coverage, Evidence } from "./check.ts";
import { countText, percentText } from "./figure.ts";
import type { JudgedFinding, Standing } from "./finding.ts";
import { named, testTotal } from "./policy.ts";

/**
 * Says in one clause what a passed check stands on: `14 tests, 93.1 % of lines covered`, `no finding`,
 * `3 findings below the gate`.
 */
export function noteOf({ findings, tests, coverage }: Evidence): string {
  const parts = [
    tests === undefined ? "" : countText(testTotal(tests), "test"),
    tests !== undefined && tests.skipped > 0 ? `${tests.skipped} of them skipped` : "",
    tests !== undefined && tests.flaky.length > 0 ? flakyText(tests.flaky.map(({ name }) => name)) : "",
    coverage === undefined ? "" : `${coveredText(coverage)} covered`,
    findings.length > 0 ? `${countText(findings.length, "finding")} below the gate` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no finding" : parts.join(", ");
}

/** Says how many findings were let pass for a waiver or the baseline, a clause each. */
export function excusedNote({ findings }: Evidence<JudgedFinding>): readonly string[] {
  const count = (wanted: Standing) => findings.filter(({ standing }) => standing === wanted).length;
  const [waived, known] = [count("waived"), count("known")];
  return [
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(known > 0 ? [`${known} known from the baseline`] : []),
  ];
}

function flakyText(names: readonly string[]): string {
  return `${names.length} of them flaky, passed by a retry alone${named(names)}`;
}

function coveredText({ percent, branches }: Coverage): string {
  const lines = `${percentText(percent)} of lines`;
  return branches === undefined ? lines : `${lines} and ${percentText(branches.percent)} of branches`;
}
