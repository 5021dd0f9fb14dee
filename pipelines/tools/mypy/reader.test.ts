import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readMypy } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const place = { root: "/src", folder: "orders" };
const read = (text: string, exitCode = 1) => readMypy(text, "mypy.jsonl", { exitCode, place });
const line = (more: object = {}) =>
  JSON.stringify({
    file: "a.py",
    line: 1,
    column: 0,
    message: "m",
    hint: null,
    code: "misc",
    severity: "error",
    ...more,
  });

test("errors are findings, notes are not, a hint is the fix", () => {
  const findings = read(recorded("mypy.jsonl"));
  expect(findings.map(({ rule, line: at }) => `${rule}:${at}`)).toEqual([
    "import-untyped:1",
    "arg-type:4",
    "return-value:10",
    "no-untyped-def:12",
    "name-defined:14",
  ]);
  expect(findings[0]).toMatchObject({
    tool: "mypy",
    kind: "type",
    severity: "HIGH",
    path: "orders/src/orders/imp.py",
  });
  expect(findings[0]?.fix).toContain("types-PyYAML");
});

test("a syntax error, after which mypy checks no further, is a finding with exit code 2", () => {
  expect(read(recorded("mypy-syntax.jsonl"), 2).map(({ rule }) => rule)).toEqual(["syntax", "syntax"]);
});

test("an error of the whole file has no line, one without a code is named error", () => {
  const [finding] = read(line({ line: -1, code: null }), 2);
  expect(finding).toMatchObject({ rule: "error", path: "orders/a.py" });
  expect(finding).not.toHaveProperty("line");
});

test("a path out of the source is kept as text only", () => {
  const [finding] = read(line({ file: "/usr/lib/x.pyi" }));
  expect(finding?.message).toBe("m (/usr/lib/x.pyi)");
  expect(finding).not.toHaveProperty("path");
});

test("nothing is no finding after exit code 0, and empty after any other", () => {
  expect(read("", 0)).toEqual([]);
  expect(read(`${line({ severity: "note" })}\n`, 0)).toEqual([]);
  expect(codeOfThrow(() => read("", 1))).toBe("REPORT_EMPTY");
  expect(codeOfThrow(() => read("\n", 2))).toBe("REPORT_EMPTY");
});

test("a note on the configuration is text, and no finding", () => {
  const note = "pyproject.toml: note: unused section(s): module = ['importlib_metadata']";
  expect(read(note, 0)).toEqual([]);
  expect(read(`${note}\n${line()}`)).toHaveLength(1);
  expect(codeOfThrow(() => read(note, 1))).toBe("REPORT_CONTRADICTORY");
  expect(codeOfThrow(() => read("pyproject.toml: error: no such option", 0))).toBe("REPORT_MALFORMED");
});

test("an exit code that says the opposite is contradictory", () => {
  expect(codeOfThrow(() => read(line(), 0))).toBe("REPORT_CONTRADICTORY");
  expect(codeOfThrow(() => read(line({ severity: "note" }), 1))).toBe("REPORT_CONTRADICTORY");
});

test.each([
  ["text", "Found 1 error in 1 file (errors prevented further checking)"],
  ["text after findings", `${line()}\nTraceback (most recent call last):`],
  ["a line that breaks off", `${line()}\n${line().slice(0, 30)}`],
  ["an unknown severity", line({ severity: "fatal" })],
  ["no message", line({ message: undefined })],
  ["a line that is no number", line({ line: "1" })],
  ["a huge line", line().replace('"line":1', '"line":1e300')],
  ["an array", `[${line()}]`],
  ["a NUL", `\0${line()}`],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test("the message names the line", () => {
  expect(() => read(`${line()}\nx`)).toThrow(/mypy\.jsonl.*line 2/);
});

test("notes alone are no findings, though mypy ends with 1 for them", () => {
  const note =
    '{"file": "a.py", "line": 1, "column": 0, "message": "m", "hint": null, "code": null, "severity": "note"}';
  expect(read(`${note}\n`)).toEqual([]);
  expect(codeOfThrow(() => read("\n"))).toBe("REPORT_EMPTY");
  expect(codeOfThrow(() => read(`${note}\n`, 2))).toBe("REPORT_CONTRADICTORY");
});
