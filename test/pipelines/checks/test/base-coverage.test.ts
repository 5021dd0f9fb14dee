import { describe, expect, test } from "vitest";
import { readBaseCoverage } from "#pipelines/checks/test/base-coverage.ts";
import { writeSummary } from "#pipelines/reports/summary-json.ts";
import { codeOfThrow } from "../../errors/code-of-throw.ts";
import { summaryText, twoShards } from "../../merge/samples.ts";
import { recorded } from "../../readers/recorded.ts";
import { check, evidence } from "../../samples.ts";

const read = (text: string) => readBaseCoverage(text, "summary.json");
const coverage = (coveredLines: number, totalLines: number) => ({
  percent: (100 * coveredLines) / totalLines,
  coveredLines,
  totalLines,
  files: [],
});
const summary = (percent: string, covered = "1", total = "3", name = "a/test", version = 1) =>
  `{"version": ${version}, "outcome": "passed", "checks": [{"name": "${name}", "kind": "${name === "a/checks" ? "unaffected" : "test"}", "service": "a", "coverage": {"percent": ${percent}, "coveredLines": ${covered}, "totalLines": ${total}, "files": []}}]}`;

test("what ci wrote is read, a service by the check that bears its coverage", () => {
  const checks = [
    check({ name: "orders/test", evidence: evidence({ coverage: coverage(1, 3) }) }),
    check({ name: "mailer/test/unit" }),
    check({ name: "mailer/coverage", evidence: evidence({ coverage: coverage(2, 2) }) }),
    check({ name: "coverage", evidence: evidence({ coverage: coverage(3, 5) }) }),
    check({ name: "broken/test", outcome: "errored" }),
  ];
  expect(read(writeSummary({ outcome: "passed", checks, notes: [] }))).toEqual(
    new Map([
      ["orders", 100 / 3],
      ["mailer", 100],
    ]),
  );
});

describe("is refused:", () => {
  test.each([
    ["NaN", summary("NaN"), "REPORT_MALFORMED"],
    ["a negative figure", summary("-1"), "REPORT_MALFORMED"],
    ["more than all", summary("100.1", "4"), "REPORT_MALFORMED"],
    ["a figure as text", summary('"33"'), "REPORT_MALFORMED"],
    ["another version", summary("50", "1", "2", "a/test", 2), "REPORT_MALFORMED"],
    ["figures that do not add up", summary("50"), "REPORT_CONTRADICTORY"],
    ["no line at all", summary("100", "0", "0"), "REPORT_CONTRADICTORY"],
    ["coverage.py's own report", recorded("coverage.json"), "REPORT_MALFORMED"],
    ["that of a shard", summaryText(twoShards()[0]), "REPORT_MALFORMED"],
    ["an empty file", "", "REPORT_EMPTY"],
    ["a run that left a service out", summary("50", "1", "2", "a/checks"), "BASE_UNMEASURED"],
  ])("%s", (_, text, code) => {
    expect(codeOfThrow(() => read(text))).toBe(code);
  });
});
