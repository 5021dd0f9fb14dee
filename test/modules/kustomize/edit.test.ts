import { describe, expect, test } from "vitest";
import { additions, digests, shared, shop, values } from "./edit-cases.ts";
import { edited } from "./fixtures.ts";

describe.each([
  ["values", values],
  ["digests", digests],
  ["additions", additions],
  ["anchors", shared],
])("%s", (_, cases) => {
  test.each(cases)("$name", ({ before, images, after, replaceDigest }) => {
    expect(edited(before, images, replaceDigest)).toBe(after);
  });

  test.each(cases.filter((one) => one.before.includes("\n")))(
    "$name, with CRLF, a byte order mark, and twice",
    ({ before, images, after, replaceDigest }) => {
      const windows = (text: string) => `\uFEFF${text.replaceAll("\n", "\r\n")}`;
      const once = edited(windows(before), images, replaceDigest);
      expect(once).toBe(windows(after));
      expect(edited(once, images, replaceDigest)).toBe(once);
    },
  );
});

describe("tags that YAML takes for something else than text are quoted", () => {
  const tags = [
    "1.10",
    "0123",
    "1e3",
    "553640e6",
    "0x1f",
    "0o17",
    "true",
    "null",
    "no",
    "on",
    "y",
    "2024-01-01",
    "1_000",
  ];
  test.each(tags)("%s", (tag) => {
    expect(edited(shop("- name: orders\n  newTag: v1\n"), [`orders:${tag}`])).toBe(
      shop(`- name: orders\n  newTag: "${tag}"\n`),
    );
  });
});

describe("everything outside the value stays byte for byte, whatever the file's manner", () => {
  const template = (eol: string, quote: string, indent: string, end: string, tag: string) =>
    [
      "# yaml-language-server: $schema=kustomization",
      "",
      "resources:",
      `${indent}# the base`,
      `${indent}-   ../../base   # with a comment`,
      "images:",
      `${indent}# one`,
      `${indent}- newTag:   ${quote}${tag}${quote}   # bumped`,
      `${indent}  name:  orders\t# ours`,
      "",
      `${indent}- {name: b,   newTag: 'v1'}`,
      `${indent}# trailing`,
      'namespace:   "shop"',
    ].join(eol) + end;
  const manners = ["\n", "\r\n"].flatMap((eol) =>
    ["", "'", '"'].flatMap((quote) =>
      ["", "  ", "      "].flatMap((indent) =>
        ["", eol, `${eol}${eol}# end${eol}`].map((end) => ({ eol, quote, indent, end })),
      ),
    ),
  );
  test.each(manners)("%j", ({ eol, quote, indent, end }) => {
    const before = template(eol, quote, indent, end, "v1");
    expect(edited(before, ["orders:v2"])).toBe(template(eol, quote, indent, end, "v2"));
  });
});
