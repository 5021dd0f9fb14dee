import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readYamllint } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 1) => readYamllint(text, "yamllint.txt", exitCode, { root: "/src" });

test("errors are findings, warnings are notes, each with its rule and place", () => {
  const findings = read(recorded("yamllint.txt"));
  expect(findings).toHaveLength(10);
  expect(findings).toContainEqual({
    tool: "yamllint",
    kind: "lint",
    rule: "key-duplicates",
    severity: "HIGH",
    message: 'duplication of key "a" in mapping',
    path: "ok.yaml",
    line: 2,
  });
  expect(findings).toContainEqual({
    tool: "yamllint",
    kind: "note",
    rule: "truthy",
    severity: "LOW",
    message: "truthy value should be one of [false, true]",
    path: ".github/workflows/ci.yml",
    line: 1,
  });
});

test("nothing printed and exit code 0 is nothing found; so are warnings alone with it", () => {
  expect(read("", 0)).toEqual([]);
  expect(read("./a.yaml:1:1: [warning] m (truthy)\n", 0)).toMatchObject([{ kind: "note" }]);
});

test.each<[row: string, path: string, message: string, rule: string]>([
  ["./a:b.yaml:3:1: [error] m (colons)", "a:b.yaml", "m", "colons"],
  ["./a b\u001b[2J.yaml:3:1: [error] m (colons)", "a b\u001b[2J.yaml", "m", "colons"],
  ["./a.yaml:3:1: [error] a (b) c (colons)", "a.yaml", "a (b) c", "colons"],
  ["./a.yaml:3:1: [error] no rule", "a.yaml", "no rule", "syntax"],
  [
    './a.yaml:3:1: [error] duplication of key "b:1:1: [warning] c" in mapping (key-duplicates)',
    "a.yaml",
    'duplication of key "b:1:1: [warning] c" in mapping',
    "key-duplicates",
  ],
])("a name or a message may look like a report: %j", (row, path, message, rule) => {
  expect(read(`${row}\n`)).toMatchObject([{ path, message, rule, line: 3 }]);
});

test.each(["/etc/x.yaml", "../x.yaml"])("a path out of the source is kept as text only: %s", (path) => {
  expect(read(`${path}:1:1: [error] m (colons)\n`)).toEqual([
    { tool: "yamllint", kind: "lint", rule: "colons", severity: "HIGH", message: `m (${path})` },
  ]);
});

test.each([
  ["a traceback", "Traceback (most recent call last):\n"],
  ["a level that there is not", "./a.yaml:1:1: [info] m (colons)\n"],
  ["no line", "./a.yaml: [error] m (colons)\n"],
  ["a line without end", `./a.yaml:${"9".repeat(40)}:1: [error] m (colons)\n`],
  ["no path", ":1:1: [error] m (colons)\n"],
  ["a name with a line's end", "./a\n.yaml:1:1: [error] m (colons)\n"],
  ["JSON", '[{"path": "a.yaml"}]\n'],
  ["a row that breaks off", "./a.yaml:1:1: [error] m (colons)\n./b.yaml:1"],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[string, string, number]>([
  ["nothing printed and exit code 1", "", 1],
  ["warnings alone and exit code 1", "./a.yaml:1:1: [warning] m (truthy)\n", 1],
  [
    "an error behind a name that looks like a warning",
    "./x.yaml:1:1: [warning] y.yaml:3:1: [error] m (colons)\n",
    1,
  ],
  ["errors and exit code 0", "./a.yaml:1:1: [error] m (colons)\n", 0],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});
