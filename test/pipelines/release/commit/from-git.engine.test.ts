import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { History } from "#modules/history/src/index.ts";
import type { CallFacts } from "#pipelines/release/commit/from-call.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import { repository } from "../../../fixtures/repository.ts";
import { session } from "../../../session.ts";

const history = new History();
const id = expect.stringMatching(/^[0-9a-f]{40}$/);
const commitTime = "2026-01-02T03:04:05Z";
const dated = "GIT_COMMITTER_DATE='1767323045 +0900' git commit --quiet --allow-empty --message=dated";

/** The facts of a repository on which the commands were carried out. */
const factsAfter = (commands: string, handed: CallFacts = {}) =>
  session(() => commitFacts(history, repository({ a: "" }, commands).history, handed));

describe("git tells", () => {
  test("the commit, its time in UTC, the branch, all its tags, origin and its default branch", async () => {
    const commands = `${dated}
git checkout --quiet -b 'feature/$(id)'
git tag v1.2.3
git tag --annotate --message=second orders/v1
git tag other HEAD~1
git config tag.sort -refname
git remote add origin https://me:hunter2@example.com/shop.git
git update-ref refs/remotes/origin/trunk HEAD
git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/trunk`;
    expect(await factsAfter(commands)).toEqual({
      commit: id,
      commitTime,
      branch: "feature/$(id)",
      tags: ["orders/v1", "v1.2.3"],
      defaultBranch: "trunk",
      source: "https://example.com/shop.git",
    });
  });

  test("no branch of a detached HEAD, no default branch and no source without origin", async () => {
    expect(await factsAfter(`${dated}\ngit checkout --quiet --detach`)).toEqual({
      commit: id,
      commitTime,
      tags: [],
    });
  });

  test("of a shallow clone what was fetched", async () => {
    const commands = `${dated}\ngit tag v1\ncd /\ngit clone --quiet --depth=1 file:///work /clone\nrm -r /work/.git\nmv /clone/.git /work/.git`;
    expect(await factsAfter(commands)).toEqual({
      commit: id,
      commitTime,
      branch: "main",
      tags: ["v1"],
      defaultBranch: "main",
    });
  });

  test("nothing of what the repository's settings would carry out", async () => {
    const commands = `${dated}\ngit config log.showSignature true\ngit config gpg.program /nowhere\ngit config core.fsmonitor 'touch /reports/owned'\ngit config core.pager 'touch /reports/owned'`;
    expect(await factsAfter(commands)).toMatchObject({ commitTime });
  });
});

describe("what the call says", () => {
  test("goes first", async () => {
    const handed = {
      commitTime: "2027-01-01T00:00:00Z",
      branch: "main2",
      tag: "v9",
      pullRequest: "3",
      defaultBranch: "main2",
      source: "git@example.com:shop.git",
    };
    expect(await factsAfter(`${dated}\ngit tag v1`, handed)).toEqual({
      commit: id,
      commitTime: "2027-01-01T00:00:00Z",
      branch: "main2",
      tags: ["v9"],
      pullRequest: 3,
      defaultBranch: "main2",
      source: "ssh://git@example.com/shop.git",
    });
  });

  test("names another commit, whose time and tags git tells, and whose branch it does not", async () => {
    const facts = await session(async () => {
      const made = repository(
        { a: "" },
        `${dated}\ngit tag v1\ngit commit --quiet --allow-empty --message=next\ngit tag v2`,
      );
      const commit = (await history.commit(made.history, "HEAD~1").stdout()).trim();
      return { commit, facts: await commitFacts(history, made.history, { commit }) };
    });
    expect(facts.facts).toEqual({ commit: facts.commit, commitTime, tags: ["v1"] });
  });

  test("is enough without a history", async () => {
    const commit = "860c1904a1ce19322e91ac35af1ab07466440c37";
    const handed = { commit, commitTime: "1767323045", branch: "main" };
    const facts = await session(async () => [
      await commitFacts(history, undefined, handed),
      await commitFacts(history, repository({ a: "" }).history, handed),
    ]);
    expect(facts).toEqual([
      { commit, commitTime, tags: [], branch: "main" },
      { commit, commitTime, tags: [], branch: "main" },
    ]);
  });
});

describe("it is an error", () => {
  const failing = (folder: (() => Directory) | undefined, handed: CallFacts = {}) =>
    session(() => commitFacts(history, folder?.(), handed));
  const commit = "860c1904a1ce19322e91ac35af1ab07466440c37";

  test("when nobody says the commit, or its time", async () => {
    await expect(failing(undefined)).rejects.toThrow(/FACT_MISSING: .*--commit/);
    await expect(failing(() => dag.directory().withNewFile("a", ""))).rejects.toThrow(/FACT_MISSING/);
    await expect(failing(undefined, { commit })).rejects.toThrow(/FACT_MISSING: .*--commit-time/);
  });

  test("when the history has no such commit, no commit at all, or is damaged", async () => {
    const made = () => repository({ a: "" }).history;
    await expect(failing(made, { commit })).rejects.toThrow(/HISTORY_UNREADABLE: 860c190/);
    const empty = () => repository({ a: "" }, "git checkout --quiet --orphan none").history;
    await expect(failing(empty)).rejects.toThrow(/HISTORY_UNREADABLE: HEAD/);
    await expect(failing(() => made().withNewFile("HEAD", "x"))).rejects.toThrow(/HISTORY_UNREADABLE/);
  });
});
