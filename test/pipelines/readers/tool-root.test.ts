import { expect, test } from "vitest";
import { pathInSource } from "#pipelines/readers/tool-root.ts";

test.each([
  ["..", "."],
  ["../x", "."],
  ["..", "a/.."],
  ["../..", "a"],
  ["/", "."],
  ["/src", "."],
  ["/srcs/a", "."],
  [".", "."],
  ["", "."],
  ["a\0b", "."],
  ["file:///etc/passwd", "."],
  ["file://host/src/a", "."],
  ["file:///src/%zz", "."],
])("%j of a tool that ran in %s is no path of the source", (reported, folder) => {
  expect(pathInSource(reported, { root: "/src", folder })).toBeUndefined();
});

test.each([
  ["a", ".", "a"],
  ["..a", ".", "..a"],
  ["../b", "a", "b"],
  ["/src/a/b", "c", "a/b"],
  ["file:///src/a%20b", ".", "a b"],
])("%j of a tool that ran in %s is a path of the source", (reported, folder, path) => {
  expect(pathInSource(reported, { root: "/src", folder })).toBe(path);
});
