import { expect, test } from "vitest";
import { lowestPython } from "#pipelines/plan/python/python-version.ts";
import { codeOfThrow } from "../../errors/code-of-throw.ts";

test.each([
  [">=3.11", "3.11"],
  [">=3.11,<4", "3.11"],
  [" >= 3.11 , < 3.13 ", "3.11"],
  [">=3.8", "3.9"],
  [">=2.7, !=3.0.*, !=3.1.*", "3.9"],
  ["~=3.12", "3.12"],
  ["~=3.12.4", "3.12"],
  ["==3.11.*", "3.11"],
  ["==3.11.4", "3.11"],
  ["===3.11.4", "3.11"],
  [">3.9", "3.9"],
  [">3.9.49", "3.10"],
  ["!=3.9.*,>=3.9", "3.10"],
  ["<3.12", "3.9"],
  ["<=3.9", "3.9"],
  ["^3.11", "3.11"],
  ["^3", "3.9"],
  ["~3.12", "3.12"],
  ["~3.12.1", "3.12"],
  ["3.12", "3.12"],
  ["3.12.*", "3.12"],
  ["3.12.1", "3.12"],
  ["^3.13 || ~3.10", "3.10"],
  [">=3.10 <3.12", "3.10"],
  ["*", "3.9"],
  ["", "3.9"],
  [">=3.13.0rc1", "3.13"],
  [">=v3.10", "3.10"],
])("%j takes Python %s at the lowest", (specifier, version) => {
  expect(lowestPython(specifier, "pyproject.toml")).toBe(version);
});

test.each([
  ">=3.15",
  "<3.9",
  "==2.7.*",
  ">=3.11,<3.11",
  ">=4",
  "three",
  ">=",
  "=>3.11",
  ">=3.11;",
  "~=3",
  ">=3.x",
  "3.11-3.12",
  ">=3.11 and <4",
  "$(id)",
  `>=3.${"1".repeat(1000)}`,
])("%j is refused", (specifier) => {
  expect(codeOfThrow(() => lowestPython(specifier, "pyproject.toml"))).toBe("PROJECT_INVALID");
});
