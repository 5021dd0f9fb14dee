import { expect, test } from "vitest";
import { tally } from "../../../ci/scripts/tally.ts";

const run = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [1, 2, 3] }],
};

test("a clean run is passed and counted", () => {
  expect(tally(JSON.stringify(run), false)).toEqual({ line: "3 passed, 0 failed", ok: true });
});

test("a failure of types or lint fails the run whatever the tests say", () => {
  expect(tally(JSON.stringify(run), true).ok).toBe(false);
});

test("a run that left no report is a failure", () => {
  expect(tally(undefined, false)).toEqual({ line: "0 passed, 1 failed", ok: false });
});

test("a test file that could not be loaded counts as a failure", () => {
  const broken = { ...run, success: false, testResults: [{ status: "failed", assertionResults: [] }] };
  expect(tally(JSON.stringify(broken), false)).toEqual({ line: "3 passed, 1 failed", ok: false });
});

test("a run without a test is no success", () => {
  expect(tally(JSON.stringify({ ...run, numPassedTests: 0 }), false).ok).toBe(false);
});

test("skipped tests are counted apart", () => {
  expect(tally(JSON.stringify({ ...run, numPendingTests: 1, numTodoTests: 1 }), false).line).toBe(
    "3 passed, 0 failed, 2 skipped",
  );
});
