import { expect, test } from "vitest";
import { testResultPredicate } from "#pipelines/release/attest/test-result.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { check, evidence, finding } from "../../samples.ts";

const configuration = [{ name: "slipway.yaml", digest: `sha256:${"2".repeat(64)}` }];
const passed = check({ name: "orders/ruff" });
const warned = check({ name: "scan", evidence: evidence({ findings: [finding({ status: "waived" })] }) });

test("a verdict that passed is PASSED, with the checks by name and the configuration by digest", () => {
  expect(testResultPredicate(verdictOf([passed]), configuration, "https://ci.example.com/1")).toEqual({
    result: "PASSED",
    configuration: [{ name: "slipway.yaml", digest: { sha256: "2".repeat(64) } }],
    url: "https://ci.example.com/1",
    passedTests: ["orders/ruff"],
    warnedTests: [],
    failedTests: [],
  });
});

test("findings that a gate lets pass are WARNED", () => {
  const skipped = check({ name: "notifier/test", outcome: "skipped" });
  expect(testResultPredicate(verdictOf([passed, warned, skipped]), [])).toMatchObject({
    result: "WARNED",
    passedTests: ["orders/ruff"],
    warnedTests: ["scan"],
    failedTests: [],
  });
});

test.each(["failed", "errored"] as const)("a check that %s is among the failed", (outcome) => {
  const verdict = verdictOf([passed, warned, check({ name: "orders/test", outcome })]);
  expect(testResultPredicate(verdict, [])).toMatchObject({ result: "FAILED", failedTests: ["orders/test"] });
});

test("no check at all is FAILED", () => {
  expect(testResultPredicate(verdictOf([]), [])).toMatchObject({ result: "FAILED" });
});
