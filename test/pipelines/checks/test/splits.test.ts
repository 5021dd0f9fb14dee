import { describe, expect, test } from "vitest";
import { joinedJunit, mergeEvidence, processesOf } from "#pipelines/checks/test/splits.ts";
import { readJunit } from "#pipelines/readers/junit.ts";
import { readTestsRun } from "#pipelines/readers/tests-run.ts";
import { codeOfThrow } from "../../errors/code-of-throw.ts";
import { recorded } from "../../readers/recorded.ts";
import { evidence, tests } from "../../samples.ts";

test.each([
  ["auto", 1, 8, "auto"],
  ["auto", 2, 8, 4],
  ["auto", 3, 8, 2],
  ["auto", 16, 8, false],
  ["auto", 2, 2, false],
  ["auto", 2, 1, false],
  [2, 2, 8, 2],
  [6, 2, 8, 4],
  [6, 1, 2, 6],
  [false, 2, 8, false],
] as const)("parallel %s in %d shards on %d cores is %s", (parallel, shards, cores, expected) => {
  expect(processesOf({ parallel, shards }, cores)).toBe(expected);
});

describe("together", () => {
  const failed = tests({ passed: 1, failed: 1, failures: [{ name: "b", message: "" }] });

  test("counts add up, and a shard without tests adds nothing", () => {
    const all = [
      evidence({ tests: tests({ passed: 2, skipped: 1 }) }),
      evidence(),
      evidence({ tests: failed }),
    ];
    expect(mergeEvidence(all, [["a"], [], ["b"]], "app/test").tests).toMatchObject({
      passed: 3,
      failed: 1,
      skipped: 1,
      failures: [{ name: "b" }],
    });
  });

  test("no test in any shard is no count", () => {
    expect(mergeEvidence([evidence(), evidence()], [[], []], "app/test")).not.toHaveProperty("tests");
  });

  test("a test that was run again in its shard is one", () => {
    expect(mergeEvidence([evidence(), evidence()], [["a", "a"], ["b"]], "app/test")).toEqual({
      findings: [],
    });
  });

  test("a test that two shards ran means that another was run by none", () => {
    expect(codeOfThrow(() => mergeEvidence([], [["a", "b"], ["b"]], "app/test"))).toBe(
      "REPORT_CONTRADICTORY",
    );
  });
});

describe("joinedJunit", () => {
  test("puts pytest's reports together, so that they read as one", () => {
    const one = recorded("pytest.xml");
    const joined = joinedJunit([one, one]) ?? "";
    const [single, both] = [readJunit(one, "a"), readJunit(joined, "b")];
    expect(both.passed).toBe(2 * single.passed);
    expect(both.failures).toHaveLength(2 * single.failures.length);
  });

  test.each([[[]], [[""]], [["<html>"]], [["<testsuites><testsuite/>"]], [[recorded("pytest.xml"), "x"]]])(
    "leaves what is none alone: %j",
    (reports) => {
      expect(joinedJunit(reports)).toBeUndefined();
    },
  );
});

test.each(["{}", "[1]", "[null]", "[", "NaN"])("%s is no list of tests", (text) => {
  expect(codeOfThrow(() => readTestsRun(text, "ran.json"))).toBe("REPORT_MALFORMED");
});
