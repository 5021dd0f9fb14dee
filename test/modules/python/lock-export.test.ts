import { expect, test } from "vitest";
import { exporting, lockTool } from "#modules/python/src/lock-export.ts";

test("Poetry exports its groups and extras by name, and holds the lock against its manifest by itself", () => {
  expect(exporting("poetry", ["dev"], ["test"], true)).toEqual([
    ["poetry", "export", "--no-interaction", "--with=dev", "--extras=test"],
  ]);
});

test("PDM checks before it exports, and takes in no extra that was not named", () => {
  const check = ["pdm", "lock", "--check", "--verbose"];
  expect(exporting("pdm", [], [], true)).toEqual([
    check,
    ["pdm", "export", "--format=requirements", "--dev"],
  ]);
  expect(exporting("pdm", [], ["test"], true)).toEqual([
    check,
    ["pdm", "export", "--format=requirements", "--group=test"],
  ]);
});

test("pipenv holds the lock against the Pipfile where there is one", () => {
  const exported = ["pipenv", "requirements", "--dev", "--hash"];
  expect(exporting("pipenv", [], [], true)).toEqual([["pipenv", "verify"], exported]);
  expect(exporting("pipenv", [], [], false)).toEqual([exported]);
});

test("no other tool's lock is exported", () => {
  expect(() => lockTool("conda")).toThrow(/^ARGUMENT_INVALID/);
});
