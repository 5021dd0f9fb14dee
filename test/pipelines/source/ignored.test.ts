import { expect, test } from "vitest";
import { ignoredPart } from "#pipelines/source/ignored.ts";

test.each([
  ["app/a.py", undefined],
  [".venv", ".venv"],
  ["app/.venv/lib/a.py", "app/.venv"],
  ["a/node_modules/b/node_modules/c.js", "a/node_modules"],
  [".mypy_cache/x", ".mypy_cache"],
  ["_cache/x", undefined],
  ["venv.py", undefined],
  ["xvenv/a", undefined],
])("of %s, no call hands over %s", (path, part) => {
  expect(ignoredPart(path)).toBe(part);
});
