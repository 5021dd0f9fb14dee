import { type Directory, dag, type File } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { reasonText } from "#pipelines/errors/explain.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { repository } from "../../fixtures/repository.ts";
import { session } from "../../session.ts";

/** Each check but the tests in a line: name, outcome, reasons with their remedies, or note. */
function lines({ checks }: Verdict): readonly string[] {
  return checks
    .filter(({ name }) => name !== "app/test")
    .map(({ name, outcome, reasons, note = "" }) =>
      [name, outcome, ...reasons.map(reasonText), note].filter((part) => part !== "").join(" | "),
    );
}

const files = (gates: string) => ({
  "slipway.yaml": `services: {app: {path: app, lint: false, types: false}}\ngates: {coverage: 0${gates}}\n`,
  "app/pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "app/app.py": "def sign(x):\n    return 1 if x > 0 else -1\n",
  "app/tests/test_app.py": "import app\n\n\ndef test_sign():\n    assert app.sign(1) == 1\n",
});

/** Adds two functions of two lines each, of which the tests call one. */
const half = String.raw`printf '\n\ndef a():\n    return 1\n\n\ndef b():\n    return 2\n' >>app/app.py
printf '\n\ndef test_a():\n    assert app.a() == 1\n' >>app/tests/test_app.py`;

interface Call {
  readonly gates?: string;
  readonly commands?: string;
  readonly base?: string;
  readonly git?: (history: Directory) => Directory | undefined;
  readonly baseCoverage?: () => File;
}

/** Tests a repository whose branch base was changed by these commands. */
const tested = ({ gates = "", commands = "", base = "base", git = (all) => all, baseCoverage }: Call) =>
  session(async () => {
    const { source, history } = repository(files(gates), `git branch base\n${commands}`);
    const file = baseCoverage?.();
    return lines(
      await checkKind("test", { source, base, git: git(history), ...(file && { baseCoverage: file }) }),
    );
  });

describe("coverage of the changed lines", () => {
  test("passes when enough of them are covered, committed or not", async () => {
    expect(await tested({ gates: ", changedCoverage: 75", commands: half })).toEqual([
      "changed-coverage | passed | 75 % covered of 4 lines changed since base",
    ]);
  });

  test("fails below the bar, and names the lines", async () => {
    const commands = `${half}\ngit commit --quiet --all --message=half`;
    expect(await tested({ gates: ", changedCoverage: 80", commands })).toEqual([
      "changed-coverage | failed | 75 % of 4 changed lines covered (required: at least 80 %): app/app.py:10",
    ]);
  });

  test("is told and not judged where no gate asks for it", async () => {
    expect(await tested({ commands: half })).toEqual([
      "changed-coverage | passed | 75 % covered of 4 lines changed since base",
    ]);
  });

  test("counts from where the two parted, not what the base has got since", async () => {
    const commands =
      "git checkout --quiet base\necho 'x = 1' >>app/app.py\ngit commit --quiet --all --message=theirs\ngit checkout --quiet main";
    expect(await tested({ gates: ", changedCoverage: 100", commands })).toEqual([
      "changed-coverage | passed | no measured line differs from base",
    ]);
  });

  test("passes when HEAD is the base and nothing changed, and says so", async () => {
    expect(await tested({ gates: ", changedCoverage: 100", base: "main" })).toEqual([
      "changed-coverage | passed | no measured line differs from main",
    ]);
  });

  test("never takes a tag for a branch of the same name", async () => {
    const commands = `git update-ref refs/remotes/origin/trunk base\n${half}\ngit commit --quiet --all --message=half\ngit tag origin/trunk`;
    const [ambiguous] = await tested({ base: "origin/trunk", commands });
    expect(ambiguous).toMatch(
      /^changed-coverage \| skipped|^changes \| errored \| ARGUMENT_INVALID: 'origin\/trunk' is the name of a tag and of a branch/,
    );
    const [named] = await tested({ base: "refs/remotes/origin/trunk", commands });
    expect(named).toMatch(
      /^changed-coverage \| passed \| 75 % covered of 4 lines changed since origin\/trunk$/,
    );
  });

  test("takes the remote's branch where there is none of one's own", async () => {
    const commands =
      "git update-ref refs/remotes/origin/trunk base\ngit branch --quiet --delete --force base";
    const [found] = await tested({ base: "trunk", commands: `${commands}\n${half}` });
    expect(found).toMatch(/^changed-coverage \| passed \| 75 % covered of 4 lines/);
  });

  test("is skipped where the gate asks for it and the call names no base", async () => {
    const found = await session(async () =>
      lines(await checkKind("test", { source: repository(files(", changedCoverage: 90")).source })),
    );
    expect(found).toEqual(["changed-coverage | skipped | the call names no base: add --base=REF --git=.git"]);
  });

  test("is skipped where the tests broke down, for nobody knows it", async () => {
    const [found] = await tested({ commands: "echo 'syntax error' >app/tests/conftest.py" });
    expect(found).toMatch(/^changed-coverage \| skipped \| no coverage to count: app\/test/);
  });

  test("leaves git's diff among the reports", async () => {
    const { paths, page } = await session(async () => {
      const { source, history } = repository(files(""), `git branch base\n${half}`);
      const { reports } = await ci({
        source,
        base: "base",
        git: history,
        vulnerabilityDatabase: dag.directory(),
      });
      return {
        paths: await reports.glob("changed-coverage/*"),
        page: await reports.file("summary.json").contents(),
      };
    });
    expect(paths).toEqual(["changed-coverage/changes.patch"]);
    expect(JSON.parse(page).checks).toContainEqual(
      expect.objectContaining({
        name: "changed-coverage",
        changed: {
          base: "base",
          coveredLines: 3,
          totalLines: 4,
          missed: [{ path: "app/app.py", lines: [10] }],
        },
      }),
    );
  });
});

describe("no drop against the base", () => {
  const less = "printf '\\n\\ndef b():\\n    return 2\\n' >>app/app.py";

  test("fails when the base's own tests cover more", async () => {
    const found = await tested({ gates: ", coverageDrop: 0", commands: less });
    expect(found).toEqual([
      "changed-coverage | passed | 50 % covered of 2 lines changed since base",
      "coverage-drop | failed | coverage fell below the base (allowed: no drop): app from 100 % to 75 % of lines",
    ]);
  });

  test("passes within the points that are allowed", async () => {
    const [, found] = await tested({ gates: ", coverageDrop: 25", commands: less });
    expect(found).toBe("coverage-drop | passed | app from 100 % to 75 % of lines");
  });

  test("is an error when the base's tests cannot be carried out", async () => {
    const commands = `echo 'syntax error' >app/tests/conftest.py\ngit add .\ngit commit --quiet --message=bad\ngit branch --force base\necho >app/tests/conftest.py`;
    const [, found] = await tested({ gates: ", coverageDrop: 0", commands });
    expect(found).toMatch(/^coverage-drop \| errored \| BASE_UNMEASURED: .*app\/test.*--base-coverage/);
  });

  test("compares with nothing where the base has no such service", async () => {
    const commands =
      "git checkout --quiet --orphan empty\ngit rm -r --quiet --force .\ngit commit --quiet --allow-empty --message=empty\ngit branch --force base\ngit checkout --quiet --force -B main main\ngit rebase --quiet base || true";
    const [, found] = await tested({ gates: ", coverageDrop: 0", commands });
    expect(found).toBe("coverage-drop | passed | the base has no coverage of these services");
  });

  test("takes the summary of an earlier run in place of running the base's tests, without a history", async () => {
    const summary = (percent: number) => () =>
      dag
        .directory()
        .withNewFile(
          "s.json",
          JSON.stringify({
            version: 1,
            outcome: "passed",
            checks: [
              {
                name: "app/test",
                kind: "test",
                service: "app",
                coverage: { percent, coveredLines: percent, totalLines: 100, files: [] },
              },
            ],
          }),
        )
        .file("s.json");
    const drop = async (percent: number) =>
      session(async () => {
        const { source } = repository(files(", coverageDrop: 0.5"), less);
        return lines(await checkKind("test", { source, baseCoverage: summary(percent)() }));
      });
    expect(await drop(75)).toEqual(["coverage-drop | passed | app from 75 % to 75 % of lines"]);
    expect(await drop(76)).toEqual([
      "coverage-drop | failed | coverage fell below the base (allowed: a drop of at most 0.5 points): app from 76 % to 75 % of lines",
    ]);
  });

  test("is skipped where the gate asks for it and the call names no base", async () => {
    const found = await session(async () =>
      lines(await checkKind("test", { source: repository(files(", coverageDrop: 0")).source })),
    );
    expect(found[0]).toMatch(/^coverage-drop \| skipped \| the call names no base/);
  });
});

describe("a base that cannot be found is an error of the check changes:", () => {
  const shallow = (depth: string) =>
    `git commit --quiet --allow-empty --message=two\ngit clone --quiet ${depth} "file://$PWD" /clone\nrm -rf .git\nmv /clone/.git .git`;

  test("a name that does not exist", async () => {
    const [found] = await tested({ base: "origin/nowhere" });
    expect(found).toMatch(
      /^changes \| errored \| BASE_NOT_FOUND: .*'origin\/nowhere'.*git fetch origin nowhere/,
    );
  });

  test("a name with a shell's syntax is a name only", async () => {
    const [found] = await tested({ base: "$(touch$IFS/tmp/x)" });
    expect(found).toMatch(/^changes \| errored \| BASE_NOT_FOUND: /);
  });

  test("a shallow clone without it", async () => {
    const [found] = await tested({ commands: shallow("--depth=1") });
    expect(found).toMatch(/BASE_NOT_FOUND: .*shallow clone.*git fetch --unshallow origin base/);
  });

  test("a shallow clone whose history ends before they parted", async () => {
    const commands = `git checkout --quiet base\ngit commit --quiet --allow-empty --message=theirs\ngit checkout --quiet main\n${shallow("--depth=1 --no-single-branch")}`;
    const [found] = await tested({ base: "origin/base", commands });
    expect(found).toMatch(/BASE_UNRELATED: .*shallow.*git fetch --unshallow/);
  });

  test("a history of its own", async () => {
    const commands =
      "git checkout --quiet --orphan other\ngit commit --quiet --message=other\ngit branch --force base\ngit checkout --quiet main";
    const [found] = await tested({ commands });
    expect(found).toMatch(/BASE_UNRELATED: .*'base' and HEAD have no commit in common/);
  });

  test("a history that lost its objects", async () => {
    const [found] = await tested({
      git: (all) => all.withoutDirectory("objects").withNewDirectory("objects"),
    });
    expect(found).toMatch(/^changes \| errored \| (HISTORY_UNREADABLE|BASE_NOT_FOUND): /);
  });
});

describe("is refused before anything runs:", () => {
  test.each([
    "--upload-pack=touch /tmp/x",
    "-h",
    "main\nHEAD",
    "$(touch /tmp/x)",
    "",
    "a..b",
    "@{upstream}",
    "a:b",
    "\u202emain",
    "x".repeat(300),
  ])("ARGUMENT_INVALID: %j", async (base) => {
    await expect(tested({ base })).rejects.toThrow(/ARGUMENT_INVALID: --base=/);
  });

  test("HISTORY_MISSING: a source without .git", async () => {
    await expect(tested({ git: () => undefined })).rejects.toThrow(/HISTORY_MISSING: .*--git=\.git/);
  });

  test("HISTORY_MISSING: a linked worktree's part of one", async () => {
    const git = () => dag.directory().withNewFile("HEAD", "ref: x").withNewFile("commondir", "../..");
    await expect(tested({ git })).rejects.toThrow(/HISTORY_MISSING: .*worktree/);
  });
});
