import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { basedpyright } from "./tool.ts";

const recorded = recordedBeside(import.meta.url);
const place = { root: "/src", folder: "orders" };
const read = (text: string, exitCode = 1) =>
  basedpyright.read({ text, file: "basedpyright.json", exitCode, place });

test("an error is a finding, and a warning beside it is not", () => {
  expect(read(recorded("basedpyright.json"))).toEqual([
    expect.objectContaining({ tool: "basedpyright", kind: "type", path: "orders/a.py", line: 2 }),
  ]);
});

test("warnings are findings if it failed by them alone", () => {
  const report = recorded("basedpyright-warnings.json");
  expect(read(report)).toHaveLength(4);
  expect(read(report, 0)).toEqual([]);
});

test("a report that contradicts the exit code, and one of another shape, are refused", () => {
  expect(codeOfThrow(() => read(recorded("basedpyright.json"), 0))).toBe("REPORT_CONTRADICTORY");
  expect(codeOfThrow(() => read("{}"))).toBe("REPORT_MALFORMED");
});
