import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readRuffFormat } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);
const place = { root: "/src", folder: "orders" };
const report = (results: unknown) =>
  JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "ruff" } }, results }] });
const unformatted = {
  ruleId: "unformatted",
  level: "error",
  message: { text: "unformatted" },
  locations: [{ physicalLocation: { artifactLocation: { uri: "a.py" }, region: { startLine: 3 } } }],
};

describe("ruff's report of what it would format", () => {
  test("each file that would be formatted is named once, decoded", () => {
    const findings = readRuffFormat(recorded("ruff-format.sarif"), "format.sarif", place);
    expect(findings.filter(({ rule }) => rule === "unformatted").map(({ path }) => path)).toEqual([
      "orders/src/orders/price.py",
      "orders/src/orders/ünïcode name.py",
      "orders/tests/test_price.py",
    ]);
    expect(findings.filter(({ rule }) => rule === "invalid-syntax").map(({ path }) => path)).toEqual([
      "orders/src/orders/broken.py",
    ]);
  });

  test("two places in one file are one file to format", () => {
    const twice = report([unformatted, unformatted]);
    expect(readRuffFormat(twice, "f", place)).toMatchObject([{ path: "orders/a.py", fix: "ruff format" }]);
  });

  test("that is empty is refused", () => {
    expect(codeOfThrow(() => readRuffFormat("", "f", place))).toBe("REPORT_EMPTY");
  });
});
