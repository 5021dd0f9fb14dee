import { describe, expect, test } from "vitest";
import { parseAuthor } from "#modules/gitops/src/author.ts";
import { checkBranch, parseLocation } from "#modules/gitops/src/location.ts";
import { codeOf } from "../code-of.ts";

test.each([
  ["https://git.example/fleet.git", "https", "git.example"],
  ["http://git.example:8080/a/b", "http", "git.example"],
  ["ssh://git@git.example:2222/fleet.git", "ssh", "git.example"],
  ["git@git.example:acme/fleet.git", "ssh", "git.example"],
])("%s is a repository's location", (url, scheme, host) => {
  expect(parseLocation(url)).toEqual({ url, scheme, host });
});

test.each([
  "",
  "fleet",
  "--upload-pack=evil",
  "-oProxyCommand=evil",
  "ext::sh -c evil",
  "https://user:password@git.example/fleet.git",
  "https://token@git.example/fleet.git",
  "https://git.example/a b",
  "https://git.example/a\nb",
  "ftp://git.example/fleet",
  "file:///srv/fleet.git",
  "file://host/fleet.git",
  "ssh://-oProxyCommand=evil/fleet",
  "-evil@host:path",
])("%j is none", (url) => {
  expect(codeOf(() => parseLocation(url))).toBe("ARGUMENT_INVALID");
});

test("a folder is to be served", () => {
  expect(() => parseLocation("file:///srv/fleet.git")).toThrow(/--git-service/);
});

test("a password in a URL is not repeated", () => {
  expect(() => parseLocation("https://user:hunter2@git.example/fleet.git")).toThrow(/^(?!.*hunter2)/);
});

describe("checkBranch", () => {
  test.each(["main", "release/1.2", "feature/größe", "a-b_c"])("%s may be a branch", (name) => {
    expect(codeOf(() => checkBranch(name))).toBe("none");
  });
  test.each([
    "",
    "-f",
    "a b",
    "a..b",
    "a~1",
    "a:b",
    "a\\b",
    "a@{0}",
    "@",
    "a.lock",
    "a/",
    "/a",
    "a//b",
    "a\n",
    ".a",
  ])("%j may not", (name) => {
    expect(codeOf(() => checkBranch(name))).toBe("ARGUMENT_INVALID");
  });
});

describe("parseAuthor", () => {
  test("takes a name and an address apart", () => {
    expect(parseAuthor("Ada B. <ada@example.com>")).toEqual({ name: "Ada B.", email: "ada@example.com" });
  });
  test.each(["Ada", "<ada@example.com>", "Ada <a> <b>", "Ada\nEve <a@b>", "Ada <a b>", ""])(
    "refuses %j",
    (text) => {
      expect(codeOf(() => parseAuthor(text))).toBe("ARGUMENT_INVALID");
    },
  );
});
