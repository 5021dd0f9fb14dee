import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readGitleaks } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 10) => readGitleaks(text, "gitleaks.json", exitCode, { root: "/src" });
const leak = (more: object = {}) => ({
  RuleID: "github-pat",
  Description: "A token",
  StartLine: 3,
  File: "a.py",
  Commit: "",
  ...more,
});
const report = (...leaks: readonly unknown[]) => JSON.stringify(leaks);

test("a secret of a commit has its place there", () => {
  const findings = read(recorded("gitleaks-history.json"));
  expect(findings.map(({ rule }) => rule)).toEqual(["github-pat", "aws-access-token"]);
  expect(findings[0]).toMatchObject({ tool: "gitleaks", kind: "secret", severity: "HIGH" });
  expect(findings[0]?.message).toMatch(/^Uncovered a GitHub [^(]*$/);
  expect(findings[0]).toMatchObject({
    path: "a.py",
    line: 3,
    commit: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
});

test("a secret of a folder has its place", () => {
  expect(read(report(leak()))).toEqual([
    {
      tool: "gitleaks",
      kind: "secret",
      rule: "github-pat",
      severity: "HIGH",
      message: "A token",
      path: "a.py",
      line: 3,
    },
  ]);
});

test("no finding is an empty list; no line is none; a path out of the source is text only", () => {
  expect(read("[]\n", 0)).toEqual([]);
  expect(read(report(leak({ StartLine: 0 })))[0]).not.toHaveProperty("line");
  const [out] = read(report(leak({ File: "../../etc/passwd" })));
  expect(out).not.toHaveProperty("path");
  expect(out?.message).toBe("A token (../../etc/passwd:3)");
});

test("what the report holds of the secret itself goes nowhere", () => {
  const found = read(report(leak({ Match: "ghp_0123", Secret: "ghp_0123", Message: "adds ghp_0123" })));
  expect(JSON.stringify(found)).not.toContain("ghp_0123");
});

test.each([
  ["text", "WRN leaks found: 2"],
  ["null", "null"],
  ["an object", '{"findings": []}'],
  ["a leak without a rule", report(leak({ RuleID: "" }))],
  ["a leak without a file", report(leak({ File: "" }))],
  ["a line below 0", report(leak({ StartLine: -1 }))],
  ["a line that is text", report(leak({ StartLine: "3" }))],
  ["a commit that is none", report(leak({ Commit: "HEAD; rm" }))],
  ["a report that breaks off", report(leak()).slice(0, -3)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each([
  ["nothing", "[]", 10],
  ["a secret", report(leak()), 0],
])("%s against the exit code is a contradiction", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test("an empty report is no clean one", () => {
  expect(codeOfThrow(() => read(""))).toBe("REPORT_EMPTY");
});
