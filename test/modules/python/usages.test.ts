import { expect, test } from "vitest";
import { sectionOf } from "#modules/python/src/mypy-targets.ts";
import { isBefore, oldestOf, usageOf } from "#modules/python/src/usages.ts";

test.each([
  ["1.9.9", "1.10", true],
  ["1.10", "1.10.0", false],
  ["0.0.290", "0.0.291", true],
  ["1.11.0rc1", "1.11.0", false],
  ["v0.1.7", "0.1.8", true],
  ["26.1.0", "3.0.0", false],
])("%s is before %s: %s", (version, other, expected) => {
  expect(isBefore(version, other)).toBe(expected);
});

test("a tool runs as its version wants it; without one, as the newest does", () => {
  expect(usageOf("mypy", "1.10.1").report).toBe("mypy.txt");
  expect(usageOf("mypy", "1.11.0").report).toBe("mypy.jsonl");
  expect(usageOf("mypy")).toBe(usageOf("mypy", "2.4.1"));
});

test("a version older than all is run as the oldest known one", () => {
  expect(usageOf("ruff", "0.0.1")).toBe(usageOf("ruff", oldestOf("ruff")));
});

test.each<[what: string, text: string, section: string | undefined]>([
  ["of its own", "[mypy]\nfiles = a\n[mypy-b]\nx = 1\n", "mypy]\nfiles = a\n"],
  ["beside another one with such a key", "[options]\npackages = find:\n[mypy]\nx = 1\n", "mypy]\nx = 1\n"],
  ["of single modules alone", "[mypy-a.*]\nfiles = a\n", undefined],
  ["of another tool", "[options]\npackages = find:\n", undefined],
])("a section of mypy %s", (_, text, section) => {
  expect(sectionOf(text, "mypy")).toBe(section);
});
