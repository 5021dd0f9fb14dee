import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { History } from "#modules/history/src/index.ts";
import { readGitDiff } from "#pipelines/readers/git-diff.ts";
import { repository } from "../../fixtures/repository.ts";
import { session } from "../../session.ts";

const git = new History();
const id = /^[0-9a-f]{40}\n$/;

/** What differs between the branch base and the source, by git's own words. */
async function differing(source: Directory, history: Directory) {
  const [from, head] = await Promise.all(
    ["base", "HEAD"].map(async (name) => (await git.commit(history, name).stdout()).trim()),
  );
  const ran = git.diff(history, source, from ?? "", head ?? "");
  return readGitDiff(await ran.file("/reports/changes.patch").contents(), "changes.patch");
}

/** A repository whose branch base holds these files; the commands then change it. */
const changed = (files: Readonly<Record<string, string>>, commands: string) =>
  session(async () => {
    const { source, history } = repository(files, `git branch base\n${commands}`);
    return differing(source, history);
  });

describe("commit", () => {
  const found = (name: string) =>
    session(async () => {
      const ran = git.commit(repository({ "a.py": "a = 1\n" }).history, name);
      return { exitCode: await ran.exitCode(), stdout: await ran.stdout() };
    });

  test("prints the id of a branch and of HEAD", async () => {
    expect(await found("HEAD")).toEqual({ exitCode: 0, stdout: expect.stringMatching(id) });
    expect(await found("main")).toEqual(await found("HEAD"));
  });

  test.each([
    "nowhere",
    "--upload-pack=touch /tmp/x",
    "$(touch /tmp/x)",
    "-h",
    "main\nHEAD",
    "'; id; '",
    "--all",
  ])("%j is no commit, and nothing else", async (name) => {
    expect(await found(name)).toEqual({ exitCode: 1, stdout: "" });
  });

  test("a folder that is no history is a breakdown", async () => {
    const code = await session(() => git.commit(dag.directory().withNewFile("a", ""), "HEAD").exitCode());
    expect(code).toBe(2);
  });
});

describe("parting", () => {
  const lines = (commands: string, name: string) =>
    session(async () => {
      const ran = git.parting(repository({ a: "" }, commands).history, name);
      return { exitCode: await ran.exitCode(), ids: (await ran.stdout()).split("\n") };
    });
  const some = expect.stringMatching(/^[0-9a-f]{40}$/);

  test("prints the commit of a branch, HEAD's, and the one where they parted", async () => {
    const { exitCode, ids } = await lines(
      "git branch base\ngit commit --quiet --allow-empty --message=b",
      "base",
    );
    expect({ exitCode, ids }).toEqual({ exitCode: 0, ids: [some, some, ids[0], ""] });
    expect(ids[1]).not.toBe(ids[0]);
  });

  test("takes origin's branch where there is none of that name", async () => {
    const { ids } = await lines("git update-ref refs/remotes/origin/base HEAD", "base");
    expect(ids).toEqual([some, ids[0], ids[0], ""]);
  });

  test("leaves out what there is none of", async () => {
    expect((await lines("", "nowhere")).ids).toEqual(["", some, "", ""]);
    const unrelated = "git checkout --quiet --orphan other\ngit commit --quiet --message=other";
    expect((await lines(unrelated, "main")).ids).toEqual([some, some, "", ""]);
  });

  test.each(["--upload-pack=touch /tmp/x", "$(touch /tmp/x)", "-h", "main\nHEAD", "--all"])(
    "%j is no commit, and nothing else",
    async (name) => expect(await lines("", name)).toEqual({ exitCode: 0, ids: ["", some, "", ""] }),
  );

  test("a folder that is no history is a breakdown", async () => {
    const code = await session(() => git.parting(dag.directory().withNewFile("a", ""), "main").exitCode());
    expect(code).toBe(2);
  });
});

describe("diff", () => {
  test("tells new lines, uncommitted ones and untracked files too, and not ignored ones", async () => {
    const commands =
      "printf 'a = 1\\nb = 2\\n' >a.py\ngit commit --quiet --all --message=b\necho 'c = 3' >>a.py\necho 'n = 1' >new.py\necho 'i = 1' >ignored.py";
    expect(await changed({ "a.py": "a = 1\n", ".gitignore": "ignored.py\n" }, commands)).toEqual([
      { path: "a.py", lines: [2, 3] },
      { path: "new.py", lines: [1] },
    ]);
  });

  test("nothing changed is an empty report", async () => {
    expect(await changed({ "a.py": "a = 1\n" }, "")).toEqual([]);
  });

  test("names with quotes, spaces, line ends and umlauts are those on the disk", async () => {
    const names = ['we"ird.py', "two words.py", "line\nend.py", "übel.py", "tab\there.py", "back\\slash.py"];
    const files = Object.fromEntries(names.map((name) => [name, "a = 1\n"]));
    const found = await changed(files, "for file in *.py; do echo 'b = 2' >>\"$file\"; done");
    expect(found.map(({ path }) => path).toSorted()).toEqual(names.toSorted());
    expect(new Set(found.map(({ lines }) => lines.join()))).toEqual(new Set(["2"]));
  });

  test("a renamed file has its changed lines alone, a deleted, a binary and a moved one none", async () => {
    const long = Array.from({ length: 20 }, (_, n) => `a${n} = ${n}\n`).join("");
    const commands =
      "git mv old.py renamed.py\necho 'b = 2' >>renamed.py\ngit rm --quiet gone.py\nprintf 'x\\0y' >binary.bin\nmkdir p\ngit mv same.py p/same.py\ngit commit --quiet --all --message=renamed";
    const files = { "old.py": long, "gone.py": "g = 1\n", "binary.bin": "\0\0", "same.py": `s = 1\n${long}` };
    expect(await changed(files, commands)).toEqual([{ path: "renamed.py", lines: [21] }]);
  });

  test("a submodule's files are not the repository's", async () => {
    const commands =
      "git init --quiet /sub\necho 's = 1' >/sub/s.py\ngit -C /sub add .\ngit -C /sub commit --quiet --message=s\ngit -c protocol.file.allow=always submodule --quiet add /sub vendor\ngit commit --quiet --message=sub\nrm -f vendor/.git";
    const found = await changed({ "a.py": "a = 1\n" }, commands);
    expect(found.map(({ path }) => path)).toEqual([".gitmodules", "vendor"]);
  });

  test("what the repository's attributes and settings name is not carried out", async () => {
    const commands =
      "git config filter.bad.clean 'touch /reports/owned; cat'\ngit config diff.external 'touch /reports/owned'\ngit config core.fsmonitor 'touch /reports/owned'\necho 'b = 2' >>a.py";
    const files = { "a.py": "a = 1\n", ".gitattributes": "*.py filter=bad -diff\n" };
    expect(await changed(files, commands)).toEqual([{ path: "a.py", lines: [2] }]);
  });

  test("line ends of another system are no change", async () => {
    expect(await changed({ "a.py": "a = 1\nb = 2\n" }, "printf 'a = 1\\r\\nb = 2\\r\\n' >a.py")).toEqual([]);
  });

  test("a commit that is not there ends the call", async () => {
    const { history, source } = { history: () => repository({ a: "" }), source: () => dag.directory() };
    const none = "0".repeat(40);
    await expect(session(() => git.diff(history().history, source(), none, none).sync())).rejects.toThrow();
  });
});

test("tree brings a commit's files, not the source's", async () => {
  const found = await session(async () => {
    const { history } = repository(
      { "p/a.py": "a = 1\n" },
      "git branch base\necho 'b = 2' >>p/a.py\ngit commit --quiet --all --message=b",
    );
    const from = (await git.commit(history, "base").stdout()).trim();
    return git.tree(history, from).file("p/a.py").contents();
  });
  expect(found).toBe("a = 1\n");
});
