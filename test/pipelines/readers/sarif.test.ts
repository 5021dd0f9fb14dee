import { describe, expect, test } from "vitest";
import { readSarif } from "#pipelines/readers/sarif.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { recorded } from "./recorded.ts";

const place = { root: "/src", folder: "orders" };
const read = (text: string) => readSarif(text, "ruff.sarif", { tool: "ruff", kind: "lint", place });

const report = (results: unknown, more: object = {}) =>
  JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "ruff" } }, results, ...more }] });
const result = (uri: string, more: object = {}) => ({
  ruleId: "F401",
  level: "error",
  message: { text: "unused" },
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 3 } } }],
  ...more,
});

describe("ruff's own reports", () => {
  test("findings have rule, path in the source, line and fix", () => {
    const findings = read(recorded("ruff.sarif"));
    expect(findings).toContainEqual({
      tool: "ruff",
      kind: "lint",
      rule: "F401",
      severity: "HIGH",
      message: "`os` imported but unused",
      path: "orders/src/orders/price.py",
      line: 1,
      fix: "Remove unused import: `os`",
      advisory: "https://docs.astral.sh/ruff/rules/unused-import",
    });
    expect(findings.filter(({ rule }) => rule === "invalid-syntax")).toHaveLength(2);
    expect(findings.every(({ path }) => path?.startsWith("orders/"))).toBe(true);
  });

  test("no result is no finding, and a rule without a name (ruff 0.6) is one", () => {
    expect(read(report([]))).toEqual([]);
    expect(read(report([result("a.py", { ruleId: null })]))).toMatchObject([{ rule: "unnamed" }]);
  });

  test("the level gives the severity, unless the rule does", () => {
    const text = report(
      ["error", "warning", "note", "none", undefined].map((level) => result("a.py", { level })),
    );
    expect(read(text).map(({ severity }) => severity)).toEqual(["HIGH", "MEDIUM", "LOW", "LOW", "MEDIUM"]);
    const severityOf = () => "CRITICAL" as const;
    expect(readSarif(text, "f", { tool: "ruff", kind: "lint", place, severityOf })[2]?.severity).toBe(
      "CRITICAL",
    );
  });
});

describe("paths", () => {
  test.each([
    ["file:///src/orders/a%20b.py", "orders/a b.py"],
    ["file:///src/orders/%C3%BC.py", "orders/ü.py"],
    ["a.py", "orders/a.py"],
    ["./x/../a%23.py", "orders/a#.py"],
    ["../notifier/a.py", "notifier/a.py"],
    ["/src/a.py", "a.py"],
    ["..a.py", "orders/..a.py"],
    ["100%.py", "orders/100%.py"],
  ])("%s is %s of the source", (uri, path) => {
    expect(read(report([result(uri)]))[0]).toMatchObject({ path, line: 3, message: "unused" });
  });

  test.each([
    "../../etc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "/etc/passwd",
    "/srcs/a.py",
    "file:///etc/passwd",
    "file:///src/../etc/passwd",
    "file:///src/%2e%2e/etc/passwd",
    "file:///src/..%2fetc",
    "file://elsewhere/src/a.py",
    "file:///src/%E0%A4%A",
    "file:///src/a%00b",
    "",
  ])("%s leads out of the source: kept as text, no path, no line", (uri) => {
    const [finding] = read(report([result(uri)]));
    expect(finding).not.toHaveProperty("path");
    expect(finding).not.toHaveProperty("line");
    expect(finding?.message).toBe(`unused (${uri})`);
  });
});

describe("hostile reports", () => {
  test.each([
    ["no version", JSON.stringify({ runs: [] })],
    ["another version", report([]).replace("2.1.0", "2.0.0")],
    ["no run", '{"version": "2.1.0", "runs": []}'],
    ["another tool's run", report([]).replace('"ruff"', '"bandit"')],
    ["no results", JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "ruff" } } }] })],
    ["results null", report(null)],
    ["a run that did not succeed", report([], { invocations: [{ executionSuccessful: false }] })],
    ["a result without a message", report([result("a.py", { message: {} })])],
    ["an unknown level", report([result("a.py", { level: "fatal" })])],
    [
      "line 0",
      report([
        result("a", {
          locations: [{ physicalLocation: { artifactLocation: { uri: "a" }, region: { startLine: 0 } } }],
        }),
      ]),
    ],
    ["a report that breaks off", recorded("ruff.sarif").slice(0, 900)],
    ["ruff's text output", "All checks passed!"],
  ])("%s is malformed", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
  });

  test("nothing is empty", () => {
    expect(codeOfThrow(() => read(""))).toBe("REPORT_EMPTY");
  });
});
