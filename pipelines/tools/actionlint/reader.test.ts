import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readActionlint } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 1) =>
  readActionlint(text, "actionlint.json", exitCode, { root: "/src" });
const error = (more: object = {}) => ({
  message: "m",
  filepath: ".github/workflows/ci.yml",
  line: 2,
  column: 1,
  kind: "expression",
  snippet: "token: hunter2",
  ...more,
});
const report = (...errors: readonly unknown[]) => JSON.stringify(errors);

test("all is a finding but what ShellCheck does not take for a warning", () => {
  const findings = read(recorded("actionlint.json"));
  expect(findings.map(({ kind, rule, path, line }) => `${kind} ${rule} ${path}:${line}`)).toEqual([
    "lint expression .github/workflows/ci.yml:9",
    "note shellcheck .github/workflows/ci.yml:10",
    "lint expression .github/workflows/ci.yml:11",
    "lint syntax-check .github/workflows/ci.yml:12",
    "lint job-needs .github/workflows/ci.yml:12",
    "lint runner-label .github/workflows/ci.yml:14",
    "lint syntax-check .github/workflows/ci.yml:15",
  ]);
});

test.each<[level: string, kind: string]>([
  ["error", "lint"],
  ["warning", "lint"],
  ["info", "note"],
  ["style", "note"],
  ["of another version", "lint"],
])("what ShellCheck says of a script, %s, is a %s", (level, kind) => {
  const message = `shellcheck reported issue in this script: SC2086:${level}:1:6: Double quote`;
  expect(read(report(error({ kind: "shellcheck", message })))).toMatchObject([{ kind }]);
  // The same words in another message, for instance in the name of a job, do not make a finding minor.
  expect(read(report(error({ message })))).toMatchObject([{ kind: "lint" }]);
});

test("an empty list and exit code 0 is nothing found", () => {
  expect(read("[]", 0)).toEqual([]);
});

test("what a workflow holds is not quoted", () => {
  expect(JSON.stringify(read(report(error())))).not.toContain("hunter2");
});

test("a path out of the source is kept as text only", () => {
  expect(read(report(error({ filepath: "../x.yml" })))).toEqual([
    { tool: "actionlint", kind: "lint", rule: "expression", severity: "HIGH", message: "m (../x.yml)" },
  ]);
});

test.each([
  ["text", 'could not parse config file ".github/actionlint.yaml"'],
  ["null", "null"],
  ["a map", '{"errors":[]}'],
  ["no message", report(error({ message: "" }))],
  ["a kind that is none", report(error({ kind: "" }))],
  ["a kind with an escape", report(error({ kind: "x\u001b[0m" }))],
  ["a line that is text", report(error({ line: "2" }))],
  ["a line that is no number", report(error()).replace('"line":2', '"line":NaN')],
  ["a file that breaks off", recorded("actionlint.json").slice(0, -4)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[string, string, number]>([
  ["nothing found and exit code 1", "[]", 1],
  ["something found and exit code 0", recorded("actionlint.json"), 0],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each([0, 1])("an empty report is no clean one, whatever the exit code: %d", (exitCode) => {
  expect(codeOfThrow(() => read("", exitCode))).toBe("REPORT_EMPTY");
});
