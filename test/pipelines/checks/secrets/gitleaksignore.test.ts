import { expect, test } from "vitest";
import { acceptedPlaces, withPlainEntries } from "#pipelines/checks/secrets/gitleaksignore.ts";

const commit = "a".repeat(40);

test("an entry with a commit accepts the place in the files too", () => {
  const text = `# revoked\n${commit}:a/b.py:github-pat:3`;
  expect(withPlainEntries(text)).toBe(`${text}\na/b.py:github-pat:3\n`);
  expect(acceptedPlaces(text)).toEqual(new Set(["a/b.py:3"]));
});

test("other lines stay as they are", () => {
  const text = "a.py:rule:1\n# a:b:2\n\nnot an entry\n";
  expect(withPlainEntries(text)).toBe(text);
  expect(acceptedPlaces(text)).toEqual(new Set(["a.py:1"]));
});

test("a path may have a colon", () => {
  expect(acceptedPlaces(`${commit}:a:b.py:rule:7`)).toEqual(new Set(["a:b.py:7"]));
});
