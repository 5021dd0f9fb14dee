import { expect, test } from "vitest";
import { masked, spellings } from "#pipelines/workspace/secrets.ts";

const hidden = (text: string, ...secrets: readonly string[]) => masked(text, secrets.flatMap(spellings));

test("the longest of several secrets is masked first, in whatever order they come", () => {
  for (const secrets of [
    ["token", "token-and-more"],
    ["token-and-more", "token"],
  ]) {
    expect(hidden("has token-and-more, token", ...secrets)).toBe("has ***, ***");
  }
});

test.each([
  ["as it is", "se<c>ret&1"],
  ["in base64", Buffer.from("se<c>ret&1").toString("base64")],
  ["in XML", "se&lt;c&gt;ret&amp;1"],
  ["in a URL", "se%3Cc%3Eret%261"],
])("a secret is masked %s", (_, text) => {
  expect(hidden(`a ${text} b`, "se<c>ret&1")).toBe("a *** b");
});

test("a secret of several lines is masked line by line, and in JSON", () => {
  const key = "first line\nsecond line\n";
  expect(hidden("x second line y", key)).toBe("x *** y");
  expect(hidden(JSON.stringify({ key: key.trim() }), key)).toBe('{"key":"***"}');
});

test("a value of three characters stays, because half the report would go with it", () => {
  expect(hidden("one two", "two")).toBe("one two");
});
