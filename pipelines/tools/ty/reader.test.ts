import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readTy } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);
const read = (text: string, exitCode = 1) =>
  readTy(text, "ty.json", exitCode, { root: "/src", folder: "orders" });

test("a finding has a rule, a message, a path in the source and a line", () => {
  expect(read(recorded("ty.json"))[0]).toMatchObject({
    tool: "ty",
    kind: "type",
    path: expect.stringMatching(/^orders\//),
    line: expect.any(Number),
  });
});

describe("hostile reports", () => {
  test.each([
    ["an empty one", "", "REPORT_EMPTY"],
    ["no JSON", "All good!", "REPORT_MALFORMED"],
    ["another shape", "{}", "REPORT_MALFORMED"],
    ["a truncated one", recorded("ty.json").slice(0, -9), "REPORT_MALFORMED"],
  ])("%s is refused", (_, text, code) => {
    expect(codeOfThrow(() => read(text))).toBe(code);
  });

  test("one that contradicts the exit code is refused", () => {
    expect(codeOfThrow(() => read(recorded("ty.json"), 0))).toBe("REPORT_CONTRADICTORY");
  });
});
