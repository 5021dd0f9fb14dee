import { expect, test } from "vitest";
import { usageOf } from "#modules/python/src/usages.ts";
import { isRange, isWithinRange, newestOf } from "#modules/python/src/version-range.ts";

test.each<[version: string, range: string, isIn: boolean]>([
  ["1.20.2", ">=1.10,<2", true],
  ["2.0", ">=1.10,<2", false],
  ["1.9", ">=1.10,<2", false],
  ["1.10", ">1.10", false],
  ["1.10.0", "<=1.10", true],
  ["1.4.9", "~=1.4.2", true],
  ["1.5", "~=1.4.2", false],
  ["1.9", "~=1.4", true],
  ["2", "~=1.4", false],
  ["24.1.3", "==24.*", true],
  ["25.1", "==24.*", false],
  ["24.1", "==24.1.0", true],
  ["24.1", "!=24.1", false],
  ["24.2", "!=24.1.*", true],
])("%s in %s: %s", (version, range, isIn) => {
  expect(isWithinRange(version, range)).toBe(isIn);
});

test.each<[range: string, newest: string | undefined]>([
  [">=1.10", undefined],
  [">=1.10,<2", "1.9999"],
  ["<2.0", "1.9999"],
  ["<0.5", "0.4.9999"],
  ["<=1.5.1", "1.5.1"],
  ["~=1.4.2", "1.4.9999"],
  ["==24.*", "24.9999"],
  ["<3,<2", "1.9999"],
])("as new as %s allows: %s", (range, newest) => {
  expect(newestOf(range)).toBe(newest);
});

test("the flags of a tool are those of the newest version that a range allows", () => {
  expect(usageOf("mypy", ">=1.10,<2").report).toBe("mypy.jsonl");
  expect(usageOf("mypy", "<1.11").report).toBe("mypy.txt");
  expect(usageOf("ruff", "~=0.0.291").report).toBe("ruff.json");
  expect(usageOf("mypy", ">=1.10").report).toBe("mypy.jsonl");
});

test.each(["1.2.3", "", "<2; python_version > '3'", "<2 ", "git+https://a", "<2,", ">=a"])(
  "%j is no range",
  (text) => {
    expect(isRange(text)).toBe(false);
  },
);
