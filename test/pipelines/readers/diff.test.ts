import { expect, test } from "vitest";
import { readDiff } from "#pipelines/readers/diff.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { recorded } from "./recorded.ts";

const place = { root: "/src", folder: "orders" };
const read = (text: string, exitCode = 1) => readDiff(text, "black.diff", { tool: "black", exitCode, place });
const pathsIn = (text: string) => read(text).map(({ path }) => path);

const hunk = "@@ -1 +1 @@\n-a\n+b\n";
const change = (path: string, body = hunk) => `--- ${path}\t2026-01-01\n+++ ${path}\t2026-01-02\n${body}`;

test.each(["black", "isort"])("each file that %s would change is a finding", (tool) => {
  const findings = readDiff(recorded(`${tool}.diff`), `${tool}.diff`, { tool, exitCode: 1, place });
  expect(findings.map(({ path }) => path).sort()).toEqual(["orders/pkg/a.py", "orders/we ird/ü b.py"]);
  expect(findings[0]).toMatchObject({ tool, kind: "format", rule: "unformatted", fix: tool });
});

test("nothing is no finding after exit code 0", () => {
  expect(read("", 0)).toEqual([]);
});

test("lines of a hunk that look like headers are none", () => {
  const body = "@@ -1,2 +1,2 @@\n--- /src/x.py\t2026\n+++ /src/y.py\t2026\n-@@ -1 +1 @@\n+z\n";
  expect(pathsIn(change("/src/orders/a.py", body))).toEqual(["orders/a.py"]);
});

test("an empty line of context and a missing last newline are read", () => {
  const body = "@@ -1,3 +1,3 @@\n a\n\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n";
  expect(pathsIn(change("/src/orders/a.py", body))).toEqual(["orders/a.py"]);
});

test("headers without a time, as older ruff writes them, and isort's count of what it skipped are read", () => {
  const plain = (path: string) => `--- ${path}\n+++ ${path}\n${hunk}\n`;
  expect(pathsIn(`Skipped 1 files\n${plain("a b.py")}${plain("ü.py")}`)).toEqual([
    "orders/a b.py",
    "orders/ü.py",
  ]);
});

test("a file is a finding once, and a path out of the source is kept as text only", () => {
  expect(pathsIn(change("/src/orders/a.py", hunk + hunk) + change("/src/orders/a.py"))).toEqual([
    "orders/a.py",
  ]);
  const [finding] = read(change("/etc/passwd"));
  expect(finding?.message).toBe("not formatted (/etc/passwd)");
  expect(finding).not.toHaveProperty("path");
});

test.each([
  ["text", "would reformat a.py"],
  ["a crash after the diff", `${change("/src/a.py")}Traceback (most recent call last):\n`],
  ["a hunk that breaks off", change("/src/a.py", "@@ -1,5 +1,5 @@\n a\n")],
  ["a hunk with a foreign line", change("/src/a.py", "@@ -1,2 +1,2 @@\n?\n")],
  ["a hunk of absurd size", change("/src/a.py", "@@ -1,999999999999 +1,1 @@\n-a\n")],
  ["a header that breaks off", "--- /src/a.py"],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test("an exit code that says the opposite is contradictory", () => {
  expect(codeOfThrow(() => read(change("/src/a.py"), 0))).toBe("REPORT_CONTRADICTORY");
  expect(codeOfThrow(() => read("", 1))).toBe("REPORT_CONTRADICTORY");
});
