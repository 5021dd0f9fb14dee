import { describe, expect, test } from "vitest";
import { type CallFacts, factsFromCall } from "#pipelines/release/commit/from-call.ts";
import { sourceUrl } from "#pipelines/release/commit/source-url.ts";
import { codeOfThrow } from "../../errors/code-of-throw.ts";

const commit = "860c1904a1ce19322e91ac35af1ab07466440c37";

describe("what a call says", () => {
  test("is read, names without what refs have in front", () => {
    const handed: CallFacts = {
      commit,
      commitTime: "2026-01-02T03:04:05+02:00",
      branch: "refs/heads/feature/$(touch x)",
      tag: "refs/tags/v1",
      pullRequest: "12",
      baseBranch: "main",
      defaultBranch: "refs/heads/main",
      source: "https://me:secret@example.com/team/shop.git",
      scheduled: true,
    };
    expect(factsFromCall(handed)).toEqual({
      commit,
      commitTime: "2026-01-02T01:04:05Z",
      branch: "feature/$(touch x)",
      tags: ["v1"],
      pullRequest: 12,
      baseBranch: "main",
      defaultBranch: "main",
      source: "https://example.com/team/shop.git",
      scheduled: true,
    });
  });

  test("that is empty is as good as not said", () => {
    const none = {
      commit: "",
      commitTime: "",
      branch: "",
      tag: "",
      pullRequest: "",
      source: "",
      scheduled: false,
    };
    expect(factsFromCall(none)).toEqual({});
  });

  test("may give the time in seconds", () => {
    expect(factsFromCall({ commitTime: "1767323045" })).toEqual({ commitTime: "2026-01-02T03:04:05Z" });
  });

  test.each<CallFacts>([
    { commit: "HEAD" },
    { commit: "860c190" },
    { commit: commit.toUpperCase() },
    { commitTime: "yesterday" },
    { commitTime: "2026-01-02" },
    { commitTime: "2026-01-02T03:04:05" },
    { commitTime: "2026-13-02T03:04:05Z" },
    { commitTime: "999999999999" },
    { commitTime: "-5" },
    { branch: "two\nlines" },
    { branch: "a\0b" },
    { branch: "b".repeat(1025) },
    { tag: "v1\u2028" },
    { pullRequest: "12; id" },
    { pullRequest: "0" },
    { source: "/srv/git/shop" },
    { source: "https://" },
  ])("%j is refused", (handed) => {
    expect(codeOfThrow(() => factsFromCall(handed))).toBe("ARGUMENT_INVALID");
  });

  test("is not shown where a password may be in it", () => {
    expect(() => factsFromCall({ source: "ftp://me:hunter2@example.com" })).toThrow(
      /^(?!.*hunter2).*source-url/,
    );
  });
});

test.each([
  ["https://github.com/team/shop.git", "https://github.com/team/shop.git"],
  ["https://me:token@github.com/team/shop.git", "https://github.com/team/shop.git"],
  ["https://ghp_token@github.com/team/shop", "https://github.com/team/shop"],
  ["https://example.com/shop?private_token=x#y", "https://example.com/shop"],
  ["https://example.com:8443/shop", "https://example.com:8443/shop"],
  ["git@github.com:team/shop.git", "ssh://git@github.com/team/shop.git"],
  ["someone@example.com:/srv/shop", "ssh://example.com/srv/shop"],
  ["ssh://git:pass@example.com:2222/shop", "ssh://git@example.com:2222/shop"],
  ["git://example.com/shop", "git://example.com/shop"],
  ["/srv/git/shop.git", undefined],
  ["file:///srv/git/shop.git", undefined],
  ["../shop", undefined],
  ["C:\\shop", undefined],
  ["ext::sh -c touch% /tmp/x", undefined],
  ["https://[", undefined],
  ["", undefined],
])("the remote %j is given as %j", (remote, expected) => {
  expect(sourceUrl(remote)).toBe(expected);
});
