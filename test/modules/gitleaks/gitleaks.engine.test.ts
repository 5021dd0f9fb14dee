import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { Gitleaks } from "#modules/gitleaks/src/index.ts";
import { History } from "#modules/history/src/index.ts";
import { readGitleaks } from "#pipelines/tools/gitleaks/reader.ts";
import { repository } from "../../fixtures/repository.ts";
import { session } from "../../session.ts";

const gitleaks = new Gitleaks();
/** Made here, so that no scanner takes this file for a leak. */
const token = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6".slice(0, 36)}`;
const clean = () => dag.directory().withNewFile("a.py", "x = 1\n");
const leaking = () => clean().withNewFile("b.py", `token = "${token}"\n`);

async function searched(run: () => Container): Promise<{ exitCode: number; report: string }> {
  return session(async () => {
    const ran = await run().sync();
    return { exitCode: await ran.exitCode(), report: await ran.file("/reports/gitleaks.json").contents() };
  });
}

test("a folder without secrets is clean", async () => {
  expect(await searched(() => gitleaks.tree(clean()))).toEqual({ exitCode: 0, report: "[]\n" });
});

test("a secret is found, and the report does not hold it", async () => {
  const { exitCode, report } = await searched(() => gitleaks.tree(leaking()));
  expect(exitCode).toBe(10);
  expect(readGitleaks(report, "gitleaks.json", exitCode, { root: "/src" })).toEqual([
    expect.objectContaining({ rule: "github-pat", path: "b.py", line: 1 }),
  ]);
  expect(report).not.toContain(token);
});

test("the folder's own settings hold", async () => {
  const settings = '[extend]\nuseDefault = true\n[[allowlists]]\npaths = ["b.py"]\n';
  const { exitCode } = await searched(() => gitleaks.tree(leaking().withNewFile(".gitleaks.toml", settings)));
  expect(exitCode).toBe(0);
});

test("settings that cannot be read are a breakdown", async () => {
  const broken = () => gitleaks.tree(clean().withNewFile(".gitleaks.toml", "x = ["));
  expect(await session(() => broken().exitCode())).toBe(1);
});

/** What gitleaks finds in a repository after these commands: exit code, rule and place of each, and all that it left. */
const past = (
  commands: string,
  more: {
    readonly files?: () => Directory;
    readonly change?: (git: Directory) => Directory;
    readonly since?: boolean;
  } = {},
) =>
  session(async () => {
    const { files = clean, change = (git) => git, since = false } = more;
    const { history } = repository(files(), commands.replaceAll("TOKEN", token));
    const asked = new History();
    const id = async (name: string) => (await asked.commit(history, name).stdout()).trim();
    const commits = since ? `${await id("base")}..${await id("HEAD")}` : "";
    const ran = gitleaks.history(change(history), dag.directory(), commits);
    const exitCode = await ran.exitCode();
    const all = [
      ...(await ran.directory("/reports").entries()),
      await ran.stdout(),
      await ran.stderr(),
    ].join();
    const report = exitCode === 3 ? "[]" : await ran.file("/reports/gitleaks.json").contents();
    const found = exitCode === 3 ? [] : readGitleaks(report, "gitleaks.json", exitCode, { root: "/src" });
    const places = found.map(
      ({ commit = "", path, line, rule }) => `${commit.length} ${path}:${line} ${rule}`,
    );
    expect(`${report}${all}`).not.toContain(token);
    return { exitCode, places, stderr: await ran.stderr() };
  });

const commit = (message: string) => `git add --all; git commit --quiet --allow-empty --message='${message}'`;
/** A secret comes, and goes with the next commit. */
const gone = `echo 'token = "TOKEN"' >b.py; ${commit("has TOKEN")}; rm b.py; ${commit("gone")}`;

describe("history", () => {
  test("without a secret is clean", async () => {
    expect(await past(`echo y >y; ${commit("y")}`)).toMatchObject({ exitCode: 0, places: [] });
  });

  test("has a secret still that a later commit took away, and nothing shows it, its commit's message neither", async () => {
    expect(await past(gone)).toMatchObject({ exitCode: 10, places: ["40 b.py:1 github-pat"] });
  });

  test("has none in the commits after", async () => {
    const commands = `${gone}; git branch base; echo y >y; ${commit("y")}`;
    expect(await past(commands, { since: true })).toMatchObject({ exitCode: 0 });
    expect(await past(`git branch base; ${gone}`, { since: true })).toMatchObject({ exitCode: 10 });
  });

  test("has the secret of its first commit, and of one that merged", async () => {
    const first = await past("git rm --quiet b.py; git commit --quiet --message=gone", { files: leaking });
    expect(first).toMatchObject({ exitCode: 10, places: ["40 b.py:1 github-pat"] });
    const merge = `git checkout --quiet -b side; echo 1 >s; ${commit("s")}; git checkout --quiet main; echo 2 >m; ${commit("m")}
git merge --quiet --no-commit side; echo 'token = "TOKEN"' >b.py; ${commit("merged")}; git rm --quiet b.py; ${commit("gone")}`;
    expect(await past(merge)).toMatchObject({ exitCode: 10, places: ["40 b.py:1 github-pat"] });
  });

  test("has that of a merge that settled a conflict", async () => {
    const merge = `git checkout --quiet -b side; echo 1 >a.py; ${commit("s")}; git checkout --quiet main; echo 2 >a.py; ${commit("m")}
git merge --quiet side || true; echo 'token = "TOKEN"' >a.py; ${commit("merged")}; echo 3 >a.py; ${commit("gone")}`;
    expect(await past(merge)).toMatchObject({ exitCode: 10, places: ["40 a.py:1 github-pat"] });
  });

  test.each([
    ["attributes", `echo '*.py -diff' >.gitattributes; ${gone}`],
    [
      "attributes that name a program",
      `echo '*.py diff=x' >.gitattributes; ${gone}; git config diff.x.textconv true`,
    ],
    ["a format of the log", `${gone}; git config format.pretty oneline; git config diff.noprefix true`],
    ["a log without its beginning", `git rm --quiet a.py; ${gone}; git config log.showRoot false`],
    ["a replaced commit", `${gone}; git replace HEAD~1 HEAD~2`],
  ])("is not hidden by %s", async (_, commands) => {
    expect(await past(commands)).toMatchObject({ exitCode: 10, places: ["40 b.py:1 github-pat"] });
  });

  test("of a shallow clone is that of the commits that it has", async () => {
    const shallow = (depth: number) =>
      `git clone --quiet --depth=${depth} "file://$PWD" /clone; rm -rf .git; mv /clone/.git .git`;
    expect(await past(`${gone}; ${shallow(1)}`)).toMatchObject({ exitCode: 0 });
    expect(await past(`${gone}; ${shallow(2)}`)).toMatchObject({ exitCode: 10 });
  });

  test.each([
    ["a file's content", "$(git rev-parse HEAD:y)"],
    ["a folder's list", "$(git rev-parse HEAD~1^{tree})"],
    ["a commit", "$(git rev-parse HEAD~1)"],
    ["what HEAD names", "$(git rev-parse HEAD)"],
  ])("that lost %s is a breakdown", async (_, lost) => {
    const loss = `set -- ${lost}; find .git/objects -path "*$(echo "$1" | cut -c3-)" -delete`;
    const found = await past(`echo y >y; ${commit("y")}; echo z >z; ${commit("z")}; ${loss}`);
    expect(found).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/./) });
  });

  test("is none where there is no repository", async () => {
    const found = await past("true", { change: () => dag.directory().withNewFile("HEAD", "x") });
    expect(found).toMatchObject({ exitCode: 3 });
  });
});

test.each(["--all", "HEAD..main", "HEAD", "$(touch /tmp/x)", "a..b\n--output=/x"])(
  "%j is no range of commits",
  async (commits) => {
    await expect(
      session(() => gitleaks.history(dag.directory(), dag.directory(), commits).sync()),
    ).rejects.toThrow(/ARGUMENT_INVALID: .*ID\.\.ID/);
  },
);
