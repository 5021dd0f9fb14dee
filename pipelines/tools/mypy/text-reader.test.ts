import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readMypyText } from "./text-reader.ts";

const recorded = recordedBeside(import.meta.url);
const read = (text: string, exitCode = 1) =>
  readMypyText(text, "mypy.txt", { exitCode, place: { root: "/src", folder: "orders" } });

test("each error of mypy before 1.11 is a finding, with its code and place", () => {
  expect(read(recorded("mypy-1.10.1.txt"))).toMatchObject([
    { kind: "type", rule: "return-value", path: "orders/bad.py", line: 5 },
    { rule: "import-not-found", path: "orders/skipped.py", line: 1 },
    { rule: "import-not-found", path: "orders/skipped.py", line: 2 },
  ]);
});

test.each<[what: string, row: string, finding: object]>([
  ["columns", "a.py:5:12:5:13: error: m  [x]", { path: "orders/a.py", line: 5, message: "m", rule: "x" }],
  ["no code", "a.py:5: error: m", { line: 5, message: "m", rule: "error" }],
  ["no line", "a.py: error: m  [x]", { path: "orders/a.py", message: "m" }],
  [
    "a message that looks like a row",
    "a.py:1: error: b.py:2: error: m  [x]",
    { line: 1, message: "b.py:2: error: m" },
  ],
  ["a path out of the source", "/lib/a.py:1: error: m", { message: "m (/lib/a.py)" }],
])("a row with %s", (_, row, finding) => {
  expect(read(`${row}\n`)).toMatchObject([finding]);
});

test("nothing printed and exit code 0 is a pass; notes alone are none", () => {
  expect(read("", 0)).toEqual([]);
  expect(codeOfThrow(() => read("a.py:1: note: m\n"))).toBe("REPORT_CONTRADICTORY");
});

test.each([
  ["nothing", "", "REPORT_EMPTY"],
  ["a traceback", "Traceback (most recent call last):\n", "REPORT_MALFORMED"],
  ["a cut row", "a.py:1: err", "REPORT_MALFORMED"],
])("%s is no report", (_, text, code) => {
  expect(codeOfThrow(() => read(text))).toBe(code);
});
