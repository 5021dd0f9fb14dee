import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readOldPylint, readPylint } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);
const read = (text: string, exitCode = 22) =>
  readPylint(text, "pylint.json", exitCode, { root: "/src", folder: "orders" });
const message = {
  type: "warning",
  symbol: "unused-import",
  message: "Unused import os",
  messageId: "W0611",
  path: "a.py",
  line: 2,
};
const report = (...messages: readonly object[]) => JSON.stringify({ messages });

test("a message has rule, path in the source, line and page", () => {
  const findings = read(recorded("pylint.json"));
  expect(findings).toHaveLength(7);
  expect(findings).toContainEqual({
    tool: "pylint",
    kind: "lint",
    rule: "E0602",
    severity: "HIGH",
    message: "Undefined variable 'undefined_name'",
    path: "orders/src/orders/price.py",
    line: 7,
    advisory: "https://pylint.readthedocs.io/en/stable/user_guide/messages/error/undefined-variable.html",
  });
});

test("a report of pylint before 3.0 is read alike", () => {
  const text = recorded("pylint-2.17.7.json");
  const findings = readOldPylint(text, "pylint-messages.json", 20, { root: "/src", folder: "orders" });
  expect(findings).toContainEqual(
    expect.objectContaining({
      kind: "lint",
      rule: "W0611",
      severity: "MEDIUM",
      path: "orders/bad.py",
      line: 1,
    }),
  );
  expect(codeOfThrow(() => readOldPylint("{}", "x", 1, { root: "/src" }))).toBe("REPORT_MALFORMED");
});

test("messages that pylint's own settings accept are notes", () => {
  expect(read(report(message), 0)).toMatchObject([{ kind: "note", rule: "W0611" }]);
  expect(read(report(), 0)).toEqual([]);
});

test("a message about pylint's own settings has no path", () => {
  const about = { ...message, path: "Command line or configuration file", line: 1 };
  expect(read(report(about))[0]).not.toHaveProperty("path");
});

describe("hostile reports", () => {
  test.each([
    ["an empty one", "", "REPORT_EMPTY"],
    ["no JSON", "All good!", "REPORT_MALFORMED"],
    ["another shape", "{}", "REPORT_MALFORMED"],
    ["one that breaks off", recorded("pylint.json").slice(0, -9), "REPORT_MALFORMED"],
    ["an unknown type", report({ ...message, type: "fine" }), "REPORT_MALFORMED"],
    ["an id that is none", report({ ...message, messageId: "../x" }), "REPORT_MALFORMED"],
    ["no message though it failed", report(), "REPORT_CONTRADICTORY"],
  ])("%s is refused", (_, text, code) => {
    expect(codeOfThrow(() => read(text))).toBe(code);
  });

  test("a path that leads out is kept as text", () => {
    const [finding] = read(report({ ...message, path: "../../etc/passwd" }));
    expect(finding).not.toHaveProperty("path");
    expect(finding?.message).toContain("etc/passwd");
  });
});
