import { expect, test } from "vitest";
import { dockerIgnored } from "#pipelines/plan/docker-ignore.ts";

test.each<[rules: string, path: string, isIgnored: boolean]>([
  ["*.md", "a.md", true],
  ["*.md", "a/b.md", false],
  ["**/*.md", "a/b.md", true],
  ["**/**/*.md", "b.md", true],
  ["a/**", "a/b/c", true],
  ["**.md", "a/b.md", false],
  ["a**b", "a/b", true],
  ["a**b", "axb", false],
  ["a**", "ab/c", true],
  ["*\n!src", "src/a.py", false],
  ["*\n!src\nsrc/a.py", "src/a.py", true],
  ["*\n!s/[ab].py", "s/a.py", false],
  ["*\n!s/[^a].py", "s/a.py", true],
  ["../a", "a", false],
  ["/../a", "a", true],
  ["/a/", "a/b", true],
  ["# a\n  b  \r\n! c", "b", true],
  ["\\*.md", "x.md", false],
  ["\\*.md", "*.md", true],
  ["[z-a]", "x", false],
  [".\n!\n\n", "a", false],
])("the rules %j and the path %s: left out is %s", (rules, path, isIgnored) => {
  expect(dockerIgnored(rules)(path)).toBe(isIgnored);
});

test("a line that is longer than any path matches none, and takes no time", () => {
  const blanks = " ".repeat(100_000);
  expect(dockerIgnored(`${blanks}a\rb${blanks}c\n${"?".repeat(5000)}\n`)("a")).toBe(false);
});
