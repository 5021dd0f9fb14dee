import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readTofuValidate } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const place = { root: "/src", folder: "infra" };
const read = (text: string, exitCode = 1) => readTofuValidate(text, "tofu-validate.json", exitCode, place);

const diagnostic = (more: object = {}) => ({ severity: "error", summary: "Wrong", ...more });
const report = (diagnostics: readonly unknown[], more: object = {}) =>
  JSON.stringify({
    format_version: "1.0",
    valid: diagnostics.length === 0,
    error_count: diagnostics.length,
    warning_count: 0,
    diagnostics,
    ...more,
  });
const at = (filename: unknown, line: unknown = 2) => diagnostic({ range: { filename, start: { line } } });

describe("a recorded report", () => {
  test("gives an error a finding with its place", () => {
    const { findings, isPartial } = read(recorded("tofu-validate-errors.json"));
    expect(isPartial).toBe(false);
    expect(findings.map(({ kind, rule, path, line }) => `${kind} ${rule} ${path}:${line}`)).toEqual([
      "lint Missing required argument infra/main.tf:4",
      "lint Unsupported argument infra/main.tf:4",
    ]);
  });

  test("of a valid configuration has no finding", () => {
    expect(read(recorded("tofu-validate.json"), 0)).toEqual({ findings: [], isPartial: false });
  });

  test("for want of a provider says so, and is no finding", () => {
    expect(read(recorded("tofu-validate-provider.json"))).toEqual({ findings: [], isPartial: true });
  });
});

test("a warning does not stop", () => {
  const text = report([diagnostic({ severity: "warning" })], {
    valid: true,
    error_count: 0,
    warning_count: 1,
  });
  expect(read(text, 0).findings.map(({ kind }) => kind)).toEqual(["note"]);
});

test.each(["../../etc/passwd", "/etc/passwd", ""])(
  "a path out of the source is kept for reading: %j",
  (path) => {
    const [finding] = read(report([at(path)])).findings;
    expect(finding?.path).toBeUndefined();
    expect(finding?.message).toContain(`(${path})`);
  },
);

test.each<[what: string, text: string]>([
  ["text", "Success! The configuration is valid."],
  ["a file that breaks off", recorded("tofu-validate-errors.json").slice(0, -20)],
  ["a list", "[]"],
  ["another version", report([], { format_version: "2.0" })],
  ["no version", report([], { format_version: undefined })],
  ["validity that is text", report([], { valid: "true" })],
  ["a count below 0", report([], { error_count: -1 })],
  ["no diagnostics", report([], { diagnostics: undefined })],
  ["a severity that there is not", report([diagnostic({ severity: "fatal" })])],
  ["no summary", report([diagnostic({ summary: "" })])],
  ["a file name that is a number", report([at(7)])],
  ["a line that is text", report([at("main.tf", "2")])],
  ["a line below 0", report([at("main.tf", -1)])],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[what: string, text: string, exitCode: number]>([
  ["valid and an error", report([diagnostic()], { valid: true }), 1],
  ["not valid and no error", report([], { valid: false }), 1],
  ["fewer errors than counted", report([diagnostic()], { error_count: 2 }), 1],
  [
    "a warning that is not counted",
    report([diagnostic({ severity: "warning" })], { valid: true, error_count: 0 }),
    0,
  ],
  ["an error and exit code 0", report([diagnostic()]), 0],
  ["no error and exit code 1", report([]), 1],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each(["", " \n"])("an empty report is no clean one: %j", (text) => {
  expect(codeOfThrow(() => read(text, 0))).toBe("REPORT_EMPTY");
});
