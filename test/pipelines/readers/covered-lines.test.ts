import { describe, expect, test } from "vitest";
import { readCoveredLines } from "#pipelines/readers/covered-lines.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { recorded } from "./recorded.ts";

const place = { root: "/src", folder: "orders" };
const read = (text: string) => readCoveredLines(text, "coverage.json", place);
const file = (executed: string, missing: string, path = "a.py") =>
  `{"files": {"${path}": {"executed_lines": ${executed}, "missing_lines": ${missing}}}}`;

test("coverage.py's own report is read line by line", () => {
  const found = read(recorded("coverage.json")).get("orders/src/orders/price.py");
  expect([...(found?.values() ?? [])].filter((run) => run)).toHaveLength(10);
  expect([...(found?.values() ?? [])].filter((run) => !run)).toHaveLength(2);
});

test("a file out of the source is left out", () => {
  expect(read(file("[1]", "[]", "/opt/venv/a.py"))).toEqual(new Map());
});

test("a line that is covered and is not is a contradiction", () => {
  expect(codeOfThrow(() => read(file("[1, 2]", "[2]")))).toBe("REPORT_CONTRADICTORY");
});

describe("REPORT_MALFORMED:", () => {
  test.each([
    ["NaN", file("[NaN]", "[]")],
    ["a negative line", file("[-1]", "[]")],
    ["half a line", file("[1.5]", "[]")],
    ["a line too large to count", file("[1e300]", "[]")],
    ["text", file('["1"]', "[]")],
    ["no list", file("null", "[]")],
    ["no files", "{}"],
    ["a report that breaks off", file("[1]", "[]").slice(0, -3)],
  ])("%s", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
  });
});

test("an empty report is one", () => {
  expect(codeOfThrow(() => read("\n"))).toBe("REPORT_EMPTY");
});
