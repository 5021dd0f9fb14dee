import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readPyright } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const place = { root: "/src" };
const read = (text: string, exitCode = 1) => readPyright(text, "pyright.json", { exitCode, place });
const diagnostic = (more: object = {}) => ({
  file: "/src/a.py",
  severity: "error",
  message: "m",
  rule: "reportReturnType",
  range: { start: { line: 7, character: 0 } },
  ...more,
});
const report = (diagnostics: readonly object[], summary: object = {}) =>
  JSON.stringify({
    generalDiagnostics: diagnostics,
    summary: { filesAnalyzed: 1, errorCount: diagnostics.length, ...summary },
  });

test("errors are findings, with lines from 1", () => {
  const findings = read(recorded("pyright.json"));
  expect(findings.map(({ path, line, rule }) => `${path}:${line} ${rule}`)).toEqual([
    "orders/pkg/a.py:8 reportReturnType",
    "orders/we ird/ü b.py:8 reportReturnType",
  ]);
  expect(findings[0]).toMatchObject({ tool: "pyright", kind: "type", severity: "HIGH" });
});

test("warnings and information are no findings, as for the exit code", () => {
  const diagnostics = [diagnostic({ severity: "warning" }), diagnostic({ severity: "information" })];
  expect(read(report(diagnostics, { errorCount: 0 }), 0)).toEqual([]);
});

test("an error without rule and range is read", () => {
  const [finding] = read(report([diagnostic({ rule: undefined, range: undefined })]));
  expect(finding).toMatchObject({ rule: "error", path: "a.py" });
  expect(finding).not.toHaveProperty("line");
});

test("a path out of the source is kept as text only", () => {
  const [finding] = read(report([diagnostic({ file: "/usr/lib/x.pyi" })]));
  expect(finding?.message).toBe("m (/usr/lib/x.pyi)");
  expect(finding).not.toHaveProperty("path");
});

test.each([
  ["a count that differs", report([diagnostic()], { errorCount: 2 }), 1],
  ["exit code 0 with errors", report([diagnostic()]), 0],
  ["exit code 1 without", report([]), 1],
  ["no file looked at", report([], { filesAnalyzed: 0 }), 0],
])("%s is contradictory", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each([
  ["text", "No configuration file found."],
  ["no summary", '{"generalDiagnostics": []}'],
  ["no diagnostics", '{"summary": {"filesAnalyzed": 1, "errorCount": 0}}'],
  ["a severity that there is not", report([diagnostic({ severity: "fatal" })])],
  ["a negative line", report([diagnostic({ range: { start: { line: -1 } } })])],
  ["a report that breaks off", report([diagnostic()]).slice(0, -9)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test("an empty report is no clean one", () => {
  expect(codeOfThrow(() => read("", 0))).toBe("REPORT_EMPTY");
});
