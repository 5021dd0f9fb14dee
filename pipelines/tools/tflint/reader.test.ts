import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readTflint } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const place = { root: "/src", folder: "infra" };
const read = (text: string, exitCode = 2) => readTflint(text, "tflint.json", exitCode, place);

const range = (more: object = {}) => ({ filename: "main.tf", start: { line: 1 }, ...more });
const issue = (more: object = {}) => ({
  rule: { name: "r", severity: "warning" },
  message: "m",
  range: range(),
  ...more,
});
const report = (issues: readonly unknown[], errors: readonly unknown[] = []) =>
  JSON.stringify({ issues, errors });

describe("a recorded report", () => {
  test("gives an issue a finding with its place", () => {
    const { findings } = read(recorded("tflint-issues.json"));
    expect(findings.map(({ kind, rule, path, line }) => `${kind} ${rule} ${path}:${line}`)).toEqual([
      "lint terraform_required_version infra/main.tf:1",
      "lint terraform_unused_declarations infra/other.tf:2",
      "lint terraform_typed_variables infra/v.tf:2",
      "lint terraform_unused_declarations infra/v.tf:2",
    ]);
  });

  test("without an issue has no finding", () => {
    expect(read(recorded("tflint.json"), 0)).toEqual({ findings: [], errors: [] });
  });

  test("of a breakdown says why", () => {
    expect(read(recorded("tflint-error.json"), 1).errors).toEqual([
      expect.stringMatching(/^Unclosed configuration block: /),
    ]);
  });
});

test.each(["../../x.tf", "/etc/passwd"])("a path out of the source is kept for reading: %s", (filename) => {
  const [finding] = read(report([issue({ range: range({ filename }) })])).findings;
  expect(finding).toMatchObject({ message: `m (${filename})` });
  expect(finding?.path).toBeUndefined();
});

test("an issue of no file has no place", () => {
  const [finding] = read(report([issue({ range: range({ filename: "", start: { line: 0 } }) })])).findings;
  expect(finding).toMatchObject({ message: "m" });
  expect(finding?.path).toBeUndefined();
});

test.each<[what: string, text: string]>([
  ["text", "1 issue(s) found:"],
  ["a file that breaks off", recorded("tflint-issues.json").slice(0, -5)],
  ["a list", "[]"],
  ["no issues", '{"errors":[]}'],
  ["no errors", '{"issues":[]}'],
  ["an issue without a rule", report([issue({ rule: undefined })])],
  ["a rule without a name", report([issue({ rule: { name: "", severity: "error" } })])],
  ["a severity that there is not", report([issue({ rule: { name: "r", severity: "fatal" } })])],
  ["a message that is a number", report([issue({ message: 1 })])],
  ["no place", report([issue({ range: undefined })])],
  ["a line below 0", report([issue({ range: range({ start: { line: -1 } }) })])],
  ["an error that is text", report([], ["broken"])],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[what: string, text: string, exitCode: number]>([
  ["issues and exit code 0", report([issue()]), 0],
  ["no issue and exit code 2", report([]), 2],
  ["no issue and exit code 1", report([]), 1],
  ["an error and exit code 0", report([], [{ message: "m", severity: "error" }]), 0],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each(["", " \n"])("an empty report is no clean one: %j", (text) => {
  expect(codeOfThrow(() => read(text, 0))).toBe("REPORT_EMPTY");
});
