import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readShellcheck } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 1) =>
  readShellcheck(text, "shellcheck.json", exitCode, { root: "/src" });
const comment = (more: object = {}) => ({
  file: "./a.sh",
  line: 2,
  level: "warning",
  code: 2164,
  message: "m",
  ...more,
});
const report = (...comments: readonly unknown[]) => JSON.stringify({ comments });

test("errors and warnings are findings, information and style are notes", () => {
  const findings = read(recorded("shellcheck.json"));
  expect(findings).toHaveLength(12);
  expect(findings.map(({ kind, severity, rule }) => `${kind} ${severity} ${rule}`)).toEqual(
    expect.arrayContaining(["lint HIGH SC2045", "lint MEDIUM SC2164", "note LOW SC2086", "note LOW SC2006"]),
  );
  expect(findings.find(({ rule }) => rule === "SC2164")).toEqual({
    tool: "shellcheck",
    kind: "lint",
    rule: "SC2164",
    severity: "MEDIUM",
    message: "Use 'cd ... || exit' or 'cd ... || return' in case cd fails.",
    path: "scripts/deploy.sh",
    line: 2,
  });
});

test("no comment and exit code 0 is nothing found", () => {
  expect(read(report(), 0)).toEqual([]);
});

test("a script for another shell is a note", () => {
  expect(read(report(comment({ level: "error", code: 1071 })))).toMatchObject([
    { kind: "note", severity: "LOW" },
  ]);
});

test.each([
  ["/etc/profile.sh", "m (/etc/profile.sh)"],
  ["../../x.sh", "m (../../x.sh)"],
  ["./a\0.sh", "m (./a\0.sh)"],
])("a path out of the source is kept as text only: %j", (file, message) => {
  expect(read(report(comment({ file })))).toEqual([
    { tool: "shellcheck", kind: "lint", rule: "SC2164", severity: "MEDIUM", message },
  ]);
});

test("a name may hold anything else", () => {
  const path = "a\u001b[2J\u202e\n.sh";
  expect(read(report(comment({ file: `./${path}`, line: 0 })))).toMatchObject([{ path }]);
  expect(read(report(comment({ line: 0 })))[0]).not.toHaveProperty("line");
});

test.each([
  ["text", "Usage: shellcheck"],
  ["the older format", JSON.stringify([comment()])],
  ["no comments", "{}"],
  ["comments that are null", '{"comments":null}'],
  ["a level that there is not", report(comment({ level: "fatal" }))],
  ["a code that is text", report(comment({ code: "SC2164" }))],
  ["a code that is none", report(comment({ code: 7 }))],
  ["a line below 0", report(comment({ line: -1 }))],
  ["a file without a name", report(comment({ file: "" }))],
  ["a file that breaks off", recorded("shellcheck.json").slice(0, -5)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[string, string, number]>([
  ["no comment and exit code 1", report(), 1],
  ["comments and exit code 0", report(comment()), 0],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each([0, 1])("an empty report is no clean one, whatever the exit code: %d", (exitCode) => {
  expect(codeOfThrow(() => read("", exitCode))).toBe("REPORT_EMPTY");
});
