import { expect, test } from "vitest";
import { exporting, lockTool } from "#modules/python/src/lock-export.ts";

const both = { hasManifest: true, hasLock: true };

test("Poetry exports its groups and extras by name, and holds the lock against its manifest by itself", () => {
  expect(exporting("poetry", ["dev"], ["test"], both)).toEqual([
    ["poetry", "export", "--no-interaction", "--with=dev", "--extras=test"],
  ]);
});

test("PDM checks before it exports, and takes in no extra that was not named", () => {
  const check = ["pdm", "lock", "--check", "--verbose"];
  expect(exporting("pdm", [], [], both)).toEqual([
    check,
    ["pdm", "export", "--format=requirements", "--dev"],
  ]);
  expect(exporting("pdm", [], ["test"], both)).toEqual([
    check,
    ["pdm", "export", "--format=requirements", "--group=test"],
  ]);
});

test("pipenv holds the lock against the Pipfile where there is one", () => {
  const exported = ["pipenv", "requirements", "--dev", "--hash"];
  expect(exporting("pipenv", [], [], both)).toEqual([["pipenv", "verify"], exported]);
  expect(exporting("pipenv", [], [], { hasManifest: false, hasLock: true })).toEqual([exported]);
});

test("without a lock, pipenv makes one, and Poetry's library reads the manifest", () => {
  const manifest = { hasManifest: true, hasLock: false };
  expect(exporting("pipenv", [], [], manifest)[0]).toEqual(["pipenv", "lock"]);
  expect(exporting("poetry", ["dev"], [], manifest)).toEqual([
    [expect.stringMatching(/python$/), expect.stringMatching(/\.py$/), '{"groups":["dev"],"extras":[]}'],
  ]);
});

test("no other tool's lock is exported", () => {
  expect(() => lockTool("conda")).toThrow(/^ARGUMENT_INVALID/);
});
