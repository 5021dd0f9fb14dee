import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { MergedFinding } from "#pipelines/findings/merge.ts";
import { sh } from "../sh.ts";

const execute = promisify(execFile);
const scripts = new URL("../../../ci/github/", import.meta.url).pathname;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-annotate-"));
  await put("app.py", "a\nb\nc\n");
});
afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

const finding = (change: Partial<MergedFinding>): Partial<MergedFinding> => ({
  kind: "lint",
  rule: "F401",
  severity: "HIGH",
  message: "unused",
  path: "app.py",
  line: 1,
  status: "blocking",
  tools: ["ruff"],
  ...change,
});

/** The workflow commands that are printed for these findings and failed tests. */
async function annotate(
  findings: readonly object[],
  failures: readonly object[] = [],
  env = {},
  more: { readonly root?: string } = {},
) {
  await put("reports/findings.json", JSON.stringify({ version: 1, tool: "slipway", ...more, findings }));
  const checks = [{ name: "app/test", tests: { failures } }];
  await put("reports/summary.json", JSON.stringify({ version: 1, outcome: "failed", checks }));
  const variables = { SLIPWAY_REPORTS: "reports", SLIPWAY_SOURCE: ".", ...env };
  const ended = await sh(join(scripts, "annotate.sh"), variables, folder);
  expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
  return ended.stdout.trimEnd().split("\n");
}

test("what stops the run is an error at its line, with its rule and its remedy", async () => {
  const lines = await annotate([finding({ fix: "Remove it" })]);
  expect(lines).toEqual(["::error file=app.py,line=1,title=F401 (ruff)::unused Fix: Remove it"]);
});

test("no text of a finding or a test becomes a command or a property of its own", async () => {
  await put("a,line=9::b%.py", "x\n");
  const evil = "x\r\n::set-output name=verdict::passed\n::add-mask::a%0A";
  const lines = await annotate(
    [finding({ message: evil, rule: evil, tools: [evil], path: "a,line=9::b%.py" })],
    [{ name: evil, message: evil }],
  );
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line.match(/^::error (.*?)::(.*)$/)?.[1]).not.toMatch(/set-output::|add-mask::/);
    expect(line).toContain("%0D%0A::set-output name=verdict::passed%0A::add-mask::a%250A");
  }
  expect(lines[1]).toContain("file=a%2Cline=9%3A%3Ab%25.py,line=1,title=x%0D%0A%3A%3Aset-output");
});

test("a path that leads out of the workspace, or to nothing, is no place", async () => {
  const lines = await annotate([finding({ path: "../../etc/passwd" }), finding({ path: "gone.py" })]);
  expect(lines).toEqual([
    "::error title=F401 (ruff)::../../etc/passwd: unused",
    "::error title=F401 (ruff)::gone.py: unused",
  ]);
});

test("ten errors and ten warnings are shown, and how many more there are", async () => {
  const many = Array.from({ length: 30 }, (_, at) => finding({ rule: `E${at}` }));
  const below = many.map((each) => ({ ...each, status: "nonblocking" }));
  const lines = await annotate([...below, ...many]);
  expect(lines.filter((line) => line.startsWith("::error "))).toHaveLength(10);
  expect(lines.filter((line) => line.startsWith("::warning "))).toHaveLength(10);
  expect(lines.at(-1)).toBe("40 more are in the reports.");
});

test("what is known or waived is not shown, nor what is in another commit", async () => {
  const lines = await annotate([
    finding({ status: "baseline" }),
    finding({ status: "waived" }),
    finding({ commit: "a".repeat(40) }),
  ]);
  expect(lines).toEqual([""]);
});

const git = (...args: string[]) =>
  execute("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-C", folder, ...args]);

/** Makes a repository whose HEAD changed the second line of a file against origin's main. */
async function changed(path: string): Promise<void> {
  await put(path, "a\nb\nc\n");
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", path);
  await git("commit", "--quiet", "--message=first");
  await git("update-ref", "refs/remotes/origin/main", "HEAD");
  await put(path, "a\nB\nc\n");
  await git("commit", "--quiet", "--all", "--message=second");
}

test("of a pull request the changed lines come first, and what no gate stops is shown for them alone", async () => {
  await changed("app.py");
  const of = (line: number, status: MergedFinding["status"]) =>
    finding({ line, status, rule: `${status}-${line}` });
  const findings = [of(1, "nonblocking"), of(2, "nonblocking"), of(1, "blocking"), of(2, "blocking")];
  const lines = await annotate(findings, [], { GITHUB_BASE_REF: "main" });
  expect(lines.map((line) => /title=(\S+)/.exec(line)?.[1])).toEqual([
    "blocking-2",
    "blocking-1",
    "nonblocking-2",
  ]);
  const elsewhere = await annotate(findings, [], { GITHUB_BASE_REF: "gone" });
  expect(elsewhere).toHaveLength(4);
});

test.each([
  ["a source below the top", "services/a", undefined],
  ["a folder of the source alone that is checked", ".", "services/a"],
  ["such a folder of a source below the top", "services", "a"],
])("of %s lines are named from the top, and changed ones told", async (_, source, root) => {
  await changed("services/a/app.py");
  await git("config", "diff.noprefix", "true");
  const below = [1, 2].map((line) => finding({ line, status: "nonblocking" }));
  const env = { GITHUB_BASE_REF: "main", SLIPWAY_SOURCE: source };
  expect(await annotate(below, [], env, { root })).toEqual([
    "::warning file=services/a/app.py,line=2,title=F401 (ruff)::unused",
  ]);
  const out = finding({ path: "../../../../etc/passwd" });
  expect(await annotate([out], [], env, { root })).toEqual([expect.stringMatching(/^::error title=/)]);
});

test("without reports there is nothing to annotate, and no failure", async () => {
  const variables = { SLIPWAY_REPORTS: "none", SLIPWAY_SOURCE: "." };
  const { exitCode, stdout } = await sh(join(scripts, "annotate.sh"), variables, folder);
  expect([exitCode, stdout]).toEqual([0, "There are no reports to annotate from.\n"]);
});
