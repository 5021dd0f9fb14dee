import { expect, test } from "vitest";
import {
  summaryJsonSchema,
  summaryOf,
  summarySchema,
  writeSummary,
} from "#pipelines/reports/summary-json.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { check, evidence, hostile, tests, vulnerability } from "../samples.ts";

const verdict = verdictOf([
  check({ name: "orders/lint", note: "no finding" }),
  check({
    name: hostile,
    outcome: "failed",
    reasons: [{ text: hostile }, { code: "TESTS_NOT_FOUND", text: "none" }],
    evidence: evidence({
      findings: [vulnerability()],
      tests: tests({
        failed: 1,
        failures: [{ name: hostile, message: hostile }],
        flaky: [{ name: hostile, retries: 2, message: hostile }],
      }),
      coverage: {
        percent: 1000 / 13,
        coveredLines: 10,
        totalLines: 13,
        branches: { percent: 50, covered: 1, total: 2 },
        files: [{ path: "a.py", percent: 50 }],
      },
    }),
    reports: ["orders/junit.xml"],
  }),
]);

test("the summary holds to its schema, with every field and nothing rounded or escaped twice", () => {
  const read = summarySchema.parse(JSON.parse(writeSummary(verdict)));
  expect(read).toEqual(summaryOf(verdict));
  expect(read.version).toBe(1);
  expect(read.checks[1]).toMatchObject({
    name: hostile,
    outcome: "failed",
    findings: [{ rule: "CVE-2018-18074", package: "requests 2.19.0", kind: "vulnerability" }],
    tests: { failed: 1, flaky: [{ name: hostile, retries: 2 }] },
    coverage: { percent: 1000 / 13, branches: { percent: 50 } },
    reports: ["orders/junit.xml"],
  });
});

test("its JSON Schema asks for version 1, outcome and checks", () => {
  expect(summaryJsonSchema()).toMatchObject({
    type: "object",
    required: ["version", "outcome", "checks"],
    properties: { version: { const: 1 } },
  });
});

test("a summary with an outcome that is none is refused", () => {
  expect(summarySchema.safeParse({ ...summaryOf(verdict), outcome: "skipped" }).success).toBe(false);
});
