import { expect, test } from "vitest";
import { leadsOut } from "#pipelines/workspace/symlinks.ts";

test.each([
  ["link", "/etc/passwd"],
  ["link", "/src/a.py"],
  ["link", "/var/lib"],
  ["link", "/"],
  ["link", ".."],
  ["link", "../other"],
  ["a/link", "../.."],
  ["a/b/link", "../../../x"],
  ["a/link", "b/../../../x"],
])("%s → %s leads out of the source", (path, target) => {
  expect(leadsOut(path, target)).toBe(true);
});

test.each([
  ["link", "a"],
  ["link", "."],
  ["link", "..a"],
  ["a/link", ".."],
  ["a/link", "../b"],
  ["a/b/link", "../../c"],
])("%s → %s does not", (path, target) => {
  expect(leadsOut(path, target)).toBe(false);
});
