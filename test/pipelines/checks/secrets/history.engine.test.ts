import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { scanHistory } from "#pipelines/checks/secrets/history.ts";
import type { Check } from "#pipelines/findings/evidence.ts";
import { mergeFindings } from "#pipelines/findings/merge.ts";
import { writeFindings } from "#pipelines/reports/findings-json.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";
import { repository } from "../../../fixtures/repository.ts";
import { session } from "../../../session.ts";

/** Made here, so that no scanner takes this file for a leak. */
const token = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6".slice(0, 36)}`;

const commit = (message: string) => `git add --all; git commit --quiet --allow-empty --message='${message}'`;
/** A secret comes, and goes with the next commit. */
const gone = `echo 'token = "TOKEN"' >b.py; ${commit("has TOKEN")}; rm b.py; ${commit("gone")}`;
const shallow = (depth: number) =>
  `git clone --quiet --depth=${depth} "file://$PWD" /clone; rm -rf .git; mv /clone/.git .git`;

interface Call {
  readonly commands: string;
  readonly config?: string;
  readonly base?: string;
  readonly git?: (history: Directory) => Directory | undefined;
  readonly baseline?: string;
}

/** What the check comes to: the check, its line, and every report that it leaves. */
const searched = ({ commands, config = "", base, git = (all) => all, baseline }: Call) =>
  session(async () => {
    const files = {
      "slipway.yaml": config,
      "app.py": "x = 1\n",
      "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
    };
    const { source, history } = repository(files, commands.replaceAll("TOKEN", token));
    const known = dag.directory().withNewFile("findings.json", baseline ?? "");
    const workspace = await openWorkspace({
      source,
      base,
      git: git(history),
      today: "2027-01-31",
      ...(baseline !== undefined && { baseline: known.file("findings.json") }),
    });
    const { check, reports } = await scanHistory(workspace);
    const texts = await Promise.all(
      (await reports.glob("**/*")).map((path) => reports.file(path).contents()),
    );
    expect(`${JSON.stringify(check)}${texts.join()}`).not.toContain(token);
    return { check, line: lineOf(check) };
  });

function lineOf({ outcome, reasons, note }: Check): string {
  const said = reasons.map(({ code, text, remedy }) => [code, text, remedy].filter(Boolean).join(" "));
  return [outcome, ...said, note ?? ""].filter((part) => part !== "").join(" | ");
}

const all = "scan: {history: true}\n";

describe("the commits since a base", () => {
  test("pass without a secret, and how many they are is said", async () => {
    const commands = `${gone}; git branch base; ${commit("one")}; ${commit("two")}`;
    expect((await searched({ commands, base: "base" })).line).toBe(
      "passed | no finding in 2 commits since base",
    );
    expect((await searched({ commands, base: "main" })).line).toBe(
      "passed | no finding in 0 commits since main",
    );
  });

  test("fail for a secret that a later one took away, at commit, file and line", async () => {
    const { check, line } = await searched({ commands: `git branch base; ${gone}`, base: "base" });
    expect(line).toMatch(/^failed \| gitleaks: 1 secret: HIGH github-pat [0-9a-f]{12}:b\.py:1$/);
    expect(check.evidence.findings).toEqual([
      expect.objectContaining({ path: "b.py", line: 1, commit: expect.stringMatching(/^[0-9a-f]{40}$/) }),
    ]);
  });

  test("are not searched where there is no such base, which the check changes reports", async () => {
    const { line } = await searched({ commands: gone, base: "nowhere" });
    expect(line).toMatch(/^skipped \| the base is not available; the check changes/);
  });
});

describe("the whole history", () => {
  test("is searched where slipway.yaml asks for it, a base goes before it, and false is none at all", async () => {
    const commands = `${gone}; git branch base; ${commit("one")}`;
    expect((await searched({ commands, config: all })).line).toMatch(
      /^failed .*github-pat [0-9a-f]{12}:b\.py:1$/,
    );
    expect((await searched({ commands, config: all, base: "base" })).line).toBe(
      "passed | no finding in 1 commit since base",
    );
    const none = "scan: {history: false}\n";
    expect((await searched({ commands, config: none, base: "base" })).line).toMatch(
      /^skipped .*slipway\.yaml/,
    );
  });

  test("is not where nothing asks for it, which is said", async () => {
    expect((await searched({ commands: gone })).line).toMatch(/^skipped \| not requested: pass --base=REF/);
  });

  test("is asked for without a history handed over, which is an error", async () => {
    const { line } = await searched({ commands: gone, config: all, git: () => undefined });
    expect(line).toMatch(/^errored \| HISTORY_MISSING .*passes none .*--git=\.git/);
  });

  test("can be let pass by waiver and by baseline", async () => {
    const waived = `${all}waivers: [{rule: github-pat, path: b.py, reason: revoked, expires: 2027-06-30}]\n`;
    expect((await searched({ commands: gone, config: waived })).line).toMatch(
      /^passed .*3 commits, 1 waived$/,
    );

    const dated = `export GIT_AUTHOR_DATE=2027-01-01T00:00:00Z GIT_COMMITTER_DATE=2027-01-01T00:00:00Z
git commit --quiet --amend --no-edit --reset-author\n${gone}`;
    const { check } = await searched({ commands: dated, config: all });
    const baseline = writeFindings(mergeFindings([check]));
    expect((await searched({ commands: dated, config: all, baseline })).line).toMatch(
      /^passed .*3 commits, 1 in the baseline$/,
    );
    const more = await searched({
      commands: `${dated}; ${gone.replaceAll("b.py", "c.py")}`,
      config: all,
      baseline,
    });
    expect(more.line).toMatch(/^failed \| gitleaks: 1 secret: HIGH github-pat [0-9a-f]{12}:c\.py:1$/);
  });

  test("is not waived by what stands in the source at the same line", async () => {
    const commands = `${gone}; echo '# slipway: ignore github-pat until 2027-06-30: another' >b.py`;
    expect((await searched({ commands, config: all })).line).toMatch(/^failed /);
  });
});

describe("a shallow clone", () => {
  test("is said to be one when nothing is found in what it has", async () => {
    const { line } = await searched({ commands: `${gone}; ${shallow(1)}`, config: all });
    expect(line).toMatch(
      /^passed \| no finding in the last 1 commit, the clone is shallow: .*fetch --unshallow.*fetch-depth: 0/,
    );
  });

  test("is when something is", async () => {
    const { line } = await searched({ commands: `${gone}; ${shallow(2)}`, config: all });
    expect(line).toMatch(
      /^failed \| gitleaks: 1 secret: .* \| the clone is shallow: only the last 2 commits /,
    );
  });

  test("is not where it has all commits since the base", async () => {
    const commands = `git branch base; ${commit("one")}; git clone --quiet --depth=2 --no-single-branch "file://$PWD" /clone; rm -rf .git; mv /clone/.git .git`;
    const { line } = await searched({ commands: `${commit("zero")}; ${commands}`, base: "origin/base" });
    expect(line).toBe("passed | no finding in 1 commit since origin/base");
  });
});

describe("a history that cannot be read is an error:", () => {
  const lost = (object: string) =>
    `set -- $(git rev-parse '${object}'); find .git/objects -path "*$(echo "$1" | cut -c3-)" -delete`;

  test.each([
    ["a file's content is lost", lost("HEAD:y")],
    ["a folder's list is lost", lost("HEAD~1^{tree}")],
    ["a commit is lost", lost("HEAD~1")],
    [
      "a file's content is damaged",
      `f=$(find .git/objects -path "*$(git rev-parse HEAD:y | cut -c3-)"); chmod +w "$f"; echo x >"$f"`,
    ],
  ])("%s", async (_, loss) => {
    const commands = `echo y >y; ${commit("y")}; echo z >z; ${commit("z")}; ${loss}`;
    expect((await searched({ commands, config: all })).line).toMatch(/^errored \| HISTORY_UNREADABLE git /);
  });

  test("what is handed over is no history", async () => {
    const { line } = await searched({ commands: "true", config: all, git: () => dag.directory() });
    expect(line).toMatch(/^errored \| HISTORY_MISSING .*--git/);
  });

  test("gitleaks's settings are none", async () => {
    const { line } = await searched({ commands: `echo 'x = [' >.gitleaks.toml`, config: all });
    expect(line).toMatch(/^errored \| TOOL_FAILED gitleaks ended/);
  });
});
