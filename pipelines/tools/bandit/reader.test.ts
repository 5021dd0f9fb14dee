import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readBandit } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const place = { root: "/src", folder: "orders" };
const read = (text: string) => readBandit(text, "bandit.json", place);
const result = (more: object = {}) => ({
  filename: "./a.py",
  line_number: 1,
  test_id: "B602",
  issue_severity: "HIGH",
  issue_text: "m",
  ...more,
});
const report = (results: readonly unknown[], errors: readonly unknown[] = []) =>
  JSON.stringify({ errors, results });

test("each result is a weakness of bandit's severity", () => {
  const findings = read(recorded("bandit.json"));
  expect(findings).toHaveLength(8);
  expect(findings[0]).toMatchObject({
    tool: "bandit",
    kind: "weakness",
    rule: "B404",
    severity: "LOW",
    path: "orders/pkg/a.py",
    line: 4,
  });
});

test("a password that bandit quotes is not in the message", () => {
  const found = read(recorded("bandit.json")).filter(({ rule }) => rule === "B105");
  expect(found.map(({ message }) => message)).toEqual([
    "Possible hardcoded password",
    "Possible hardcoded password",
  ]);
});

test("a severity that bandit leaves undefined is unknown; no line is none", () => {
  const [finding] = read(report([result({ issue_severity: "UNDEFINED", line_number: 0 })]));
  expect(finding?.severity).toBe("UNKNOWN");
  expect(finding).not.toHaveProperty("line");
});

test("a file that bandit could not check is a finding", () => {
  const text = report([], [{ filename: "./bad.py", reason: "syntax error while parsing AST from file" }]);
  const [finding] = read(text);
  expect(finding).toMatchObject({ rule: "not-checked", severity: "HIGH", path: "orders/bad.py" });
  expect(finding?.message).toMatch(/could not check this file: syntax error/);
});

test("a path out of the source is kept as text only", () => {
  const [finding] = read(report([result({ filename: "/etc/x.py" })]));
  expect(finding?.message).toBe("m (/etc/x.py)");
  expect(finding).not.toHaveProperty("path");
});

test.each([
  ["text", "[main]  ERROR  no such file"],
  ["an array", "[]"],
  ["no errors", '{"results": []}'],
  ["no results", '{"errors": []}'],
  ["a severity that there is not", report([result({ issue_severity: "FATAL" })])],
  ["a rule that is none", report([result({ test_id: "" })])],
  ["a line below 0", report([result({ line_number: -1 })])],
  ["a file that breaks off", report([result()]).slice(0, -5)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test("an empty report is no clean one", () => {
  expect(codeOfThrow(() => read(""))).toBe("REPORT_EMPTY");
});
