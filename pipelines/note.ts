import type { Evidence } from "./check.ts";
import { countText, percentText } from "./figure.ts";
import { testTotal } from "./policy.ts";

/**
 * Says in one clause what a passed check stands on: `14 tests, 93.1 % of lines covered`, `no finding`,
 * `3 findings below the gate`.
 */
export function noteOf({ findings, tests, coverage }: Evidence): string {
  const parts = [
    tests === undefined ? "" : countText(testTotal(tests), "test"),
    tests !== undefined && tests.skipped > 0 ? `${tests.skipped} of them skipped` : "",
    coverage === undefined ? "" : `${percentText(coverage.percent)} of lines covered`,
    findings.length > 0 ? `${countText(findings.length, "finding")} below the gate` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no finding" : parts.join(", ");
}
