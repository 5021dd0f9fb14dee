import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readSemgrep } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string) => readSemgrep(text, "semgrep.json", { root: "/src" });
const result = (more: object = {}, extra: object = {}) => ({
  check_id: "rules.no-eval",
  path: "a.py",
  start: { line: 1 },
  extra: { message: "m", severity: "ERROR", ...extra },
  ...more,
});
const report = (results: readonly unknown[], errors: readonly unknown[] = []) =>
  JSON.stringify({ results, errors, paths: { scanned: [] } });

test("each result is a weakness", () => {
  expect(read(recorded("semgrep.json"))).toEqual([
    {
      tool: "semgrep",
      kind: "weakness",
      rule: "no-eval",
      severity: "HIGH",
      message: "eval runs what it is given",
      path: "src/a.py",
      line: 1,
    },
  ]);
});

test("the folder of the rules is no part of the rule's name, and a fix is kept", () => {
  const [finding] = read(report([result({}, { severity: "WARNING", fix: "literal_eval(x)" })]));
  expect(finding).toMatchObject({ rule: "no-eval", severity: "MEDIUM", fix: "literal_eval(x)" });
});

test("a path out of the source is kept as text only", () => {
  const [finding] = read(report([result({ path: "../x.py" })]));
  expect(finding?.message).toBe("m (../x.py)");
  expect(finding).not.toHaveProperty("path");
});

test("a file that was parsed in part is no breakdown, a rule that could not be held is one", () => {
  expect(
    read(report([], [{ level: "warn", type: ["PartialParsing", []], message: "Syntax error" }])),
  ).toEqual([]);
  const broken = report([], [{ level: "error", type: "InvalidRuleSchemaError", long_msg: "no message" }]);
  expect(() => read(broken)).toThrow(/could not apply every rule: no message/);
});

test.each([
  ["text", "Scanning 2 files"],
  ["an array", "[]"],
  ["no results", '{"errors": [], "paths": {"scanned": []}}'],
  ["no errors", '{"results": [], "paths": {"scanned": []}}'],
  ["no paths", '{"results": [], "errors": []}'],
  ["a severity that there is not", report([result({}, { severity: "FATAL" })])],
  ["a rule without a name", report([result({ check_id: "" })])],
  ["a line below 0", report([result({ start: { line: -1 } })])],
  ["a report that breaks off", report([result()]).slice(0, -9)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test("an empty report is no clean one", () => {
  expect(codeOfThrow(() => read(""))).toBe("REPORT_EMPTY");
});
