import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readCheckov } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 1) => readCheckov(text, "checkov.json", exitCode, { root: "/src" });

const summary = (more: object = {}) => ({
  passed: 0,
  failed: 0,
  skipped: 0,
  parsing_errors: 0,
  resource_count: 1,
  checkov_version: "3.3.30",
  ...more,
});
const failure = (more: object = {}) => ({
  check_id: "CKV_AWS_1",
  check_name: "n",
  file_abs_path: "/src/infra/main.tf",
  file_line_range: [1, 4],
  resource: "a.b",
  severity: null,
  ...more,
});
const run = (failures: readonly unknown[], more: object = {}) => ({
  check_type: "terraform",
  results: { failed_checks: failures },
  summary: summary({ failed: failures.length, ...more }),
});
const report = (failures: readonly unknown[], more: object = {}) => JSON.stringify(run(failures, more));

describe("a recorded report", () => {
  test("gives a failed check a finding with its place", () => {
    const { findings, resources } = read(recorded("checkov.json"));
    expect(resources).toBe(1);
    expect(findings.length).toBeGreaterThan(4);
    expect(findings).toContainEqual(
      expect.objectContaining({
        tool: "checkov",
        kind: "misconfiguration",
        rule: "CKV_AWS_20",
        severity: "HIGH",
      }),
    );
    expect(new Set(findings.map(({ path, line }) => `${path}:${line}`))).toEqual(
      new Set(["infra/main.tf:1"]),
    );
  });

  test("with soft-fail has warnings", () => {
    expect(new Set(read(recorded("checkov.json"), 0).findings.map(({ kind }) => kind))).toEqual(
      new Set(["note"]),
    );
  });

  test("of no file has no finding", () => {
    expect(read(recorded("checkov-none.json"), 0)).toEqual({ findings: [], resources: 0 });
  });

  test("where a file could not be parsed is no pass", () => {
    expect(codeOfThrow(() => read(recorded("checkov-unparsed.json")))).toBe("REPORT_MALFORMED");
  });
});

test("several kinds of files are taken together", () => {
  const { findings, resources } = read(
    JSON.stringify([run([failure()]), run([failure()], { resource_count: 2 })]),
  );
  expect([findings.length, resources]).toEqual([2, 3]);
});

test("a severity is taken where there is one", () => {
  expect(read(report([failure({ severity: "LOW" })])).findings[0]?.severity).toBe("LOW");
});

test.each(["/etc/passwd", "/srcx/a.tf"])("a path out of the source is kept for reading: %s", (path) => {
  const [finding] = read(report([failure({ file_abs_path: path })])).findings;
  expect(finding?.path).toBeUndefined();
  expect(finding?.message).toBe(`a.b: n (${path})`);
});

test.each<[what: string, text: string]>([
  ["text", "Passed checks: 1"],
  ["a file that breaks off", recorded("checkov.json").slice(0, -5)],
  ["an empty list", "[]"],
  ["an empty object", "{}"],
  ["no summary", JSON.stringify({ ...run([]), summary: undefined })],
  ["no results", JSON.stringify({ ...run([]), results: {} })],
  ["a count below 0", report([], { passed: -1 })],
  ["a count that is text", report([], { failed: "0" })],
  ["a rule of another kind", report([failure({ check_id: "<script>" })])],
  ["no rule", report([failure({ check_id: undefined })])],
  ["no path", report([failure({ file_abs_path: undefined })])],
  ["lines that are text", report([failure({ file_line_range: ["1"] })])],
  ["a file that could not be parsed", report([], { parsing_errors: 1 })],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[what: string, text: string, exitCode: number]>([
  ["fewer failed checks than counted", report([failure()], { failed: 2 }), 1],
  ["a failed check that is not counted", report([failure()], { failed: 0 }), 1],
  ["no failed check and exit code 1", report([]), 1],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each(["", " \n"])("an empty report is no clean one: %j", (text) => {
  expect(codeOfThrow(() => read(text, 0))).toBe("REPORT_EMPTY");
});
