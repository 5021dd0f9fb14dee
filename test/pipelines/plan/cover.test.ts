import { expect, test } from "vitest";
import { cover } from "#pipelines/plan/cover.ts";

const all = ["a/b/x.yaml", "a/b/y.yaml", "a/c/z.yaml", "a/code.py", "d/e/f.yaml", "top.yaml"];

test.each<[what: string, wanted: readonly string[], covered: readonly string[]]>([
  ["nothing", [], []],
  ["part of a folder", ["a/b/x.yaml"], ["a/b/x.yaml"]],
  ["a folder", ["a/b/y.yaml", "a/b/x.yaml"], ["a/b/"]],
  ["part of a folder, named twice", ["a/b/x.yaml", "a/b/x.yaml"], ["a/b/x.yaml"]],
  ["folders in each other", ["d/e/f.yaml", "top.yaml"], ["d/", "top.yaml"]],
  ["all but one", all.filter((path) => path !== "a/code.py"), ["a/b/", "a/c/", "d/", "top.yaml"]],
  ["everything", all, ["a/", "d/", "top.yaml"]],
])("%s", (_, wanted, covered) => {
  expect(cover(wanted, all)).toEqual(covered);
});
