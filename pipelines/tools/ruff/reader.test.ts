import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readRuffJson } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);
const read = (text: string) => readRuffJson(text, "ruff.json", { root: "/src", folder: "orders" });

test.each(["ruff-0.0.125.json", "ruff-0.1.7.json"])("%s: each result is a finding with its place", (file) => {
  expect(read(recorded(file))).toMatchObject([
    {
      tool: "ruff",
      kind: "lint",
      rule: "F401",
      path: "orders/bad.py",
      line: 1,
      message: "`os` imported but unused",
    },
    { rule: "F401", path: "orders/bad.py", line: 2 },
  ]);
});

test("a newer one has the fix and the rule's page", () => {
  const [finding] = read(recorded("ruff-0.1.7.json"));
  expect(finding?.fix).toContain("Remove unused import");
  expect(finding?.advisory).toMatch(/^https:/);
});

test.each([
  ["nothing", "", "REPORT_EMPTY"],
  ["text", "error: no", "REPORT_MALFORMED"],
  ["an object", "{}", "REPORT_MALFORMED"],
  ["a result without a place", '[{"code":"F401","message":"m","filename":"a.py"}]', "REPORT_MALFORMED"],
])("%s is no report", (_, text, code) => {
  expect(codeOfThrow(() => read(text))).toBe(code);
});
