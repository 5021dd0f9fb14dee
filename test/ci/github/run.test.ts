import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sh } from "../sh.ts";

const execute = promisify(execFile);
const scripts = new URL("../../../ci/github/", import.meta.url).pathname;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-github-"));
});
afterEach(() => rm(folder, { recursive: true }));

const settings = {
  PATH: "/usr/bin:/bin",
  SLIPWAY_FUNCTION: "ci",
  SLIPWAY_MODULE: "",
  SLIPWAY_ARGUMENTS: "",
  SLIPWAY_SOURCE: ".",
  SLIPWAY_REPORTS: "reports",
  SLIPWAY_BASE: "auto",
  SLIPWAY_POLICY: "auto",
  SLIPWAY_MERGE_GROUP_BASE: "",
  SLIPWAY_DEFAULT_BRANCH: "main",
  SLIPWAY_PULL_REQUEST: "",
  SLIPWAY_HEAD_REPOSITORY: "",
  SLIPWAY_LABELS: "[]",
  GITHUB_REPOSITORY: "shop/orders",
  GITHUB_EVENT_NAME: "push",
};

/** Runs run.sh on a runner without dagger, and says what it wrote to the step's outputs too. */
async function run(env: Readonly<Record<string, string>>) {
  const outputs = join(folder, "outputs");
  await writeFile(outputs, "");
  const ended = await sh(join(scripts, "run.sh"), { ...settings, GITHUB_OUTPUT: outputs, ...env }, folder);
  return { ...ended, outputs: await readFile(outputs, "utf8") };
}

/** The arguments that facts.sh derives. */
async function facts(env: Readonly<Record<string, string>>, cwd = folder) {
  const probe = join(folder, "probe.sh");
  await writeFile(probe, `. "${scripts}facts.sh"\nhold_event\nfind_base\nhold_policy\nfacts\n`);
  const outputs = join(folder, "outputs");
  const { stdout, stderr } = await sh(probe, { ...settings, GITHUB_OUTPUT: outputs, ...env }, cwd);
  return { lines: stdout.split("\n").filter((line) => line !== ""), stderr };
}

test("while the call runs no line is a workflow command, and the outputs say errored when it breaks down", async () => {
  const { exitCode, stdout, stderr, outputs } = await run({});
  expect(exitCode).toBe(2);
  const [, token] = /^::stop-commands::([0-9a-f]{32})\n\n::\1::\n$/.exec(stdout) ?? [];
  expect(token).toBeDefined();
  expect(stderr).toMatch(/^ENGINE_MISSING: /);
  expect(outputs).toBe(`verdict=errored\ndigest=\nevidence=\nimages<<${token}\n\n${token}\n`);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["pull_request_target", { GITHUB_EVENT_NAME: "pull_request_target" }, "FORK_REFUSED"],
  ...["workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"].map(
    (event): [string, Readonly<Record<string, string>>, string] => [
      `${event} with another commit than the event's`,
      { GITHUB_EVENT_NAME: event, GITHUB_SHA: "0".repeat(40) },
      "FORK_REFUSED",
    ],
  ),
  [
    "a release of a fork's pull request",
    { SLIPWAY_FUNCTION: "release", SLIPWAY_PULL_REQUEST: "7", SLIPWAY_HEAD_REPOSITORY: "mallory/orders" },
    "FORK_REFUSED",
  ],
  ["a branch of two lines", { GITHUB_REF: "refs/heads/a\n--registry=evil" }, "ARGUMENT_INVALID"],
  ["a branch with a line feed at its end", { GITHUB_HEAD_REF: "a\n" }, "ARGUMENT_INVALID"],
  ["a policy that is none of the words", { SLIPWAY_POLICY: "off" }, "ARGUMENT_INVALID"],
  ["a base of two lines", { GITHUB_BASE_REF: "a\r\nb" }, "ARGUMENT_INVALID"],
])("%s is refused", async (_what, env, code) => {
  const { exitCode, stdout, stderr, outputs } = await run(env);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(new RegExp(`^${code}: .*\n$`));
  expect(stdout).toBe(`::error title=Slipway::${stderr}`);
  expect(outputs).toBe("verdict=errored\n");
});

test("a fork's pull request is checked", async () => {
  const fork = { SLIPWAY_PULL_REQUEST: "7", SLIPWAY_HEAD_REPOSITORY: "mallory/orders" };
  expect((await run({ ...fork, GITHUB_EVENT_NAME: "pull_request" })).stderr).toMatch(/^ENGINE_MISSING: /);
});

const hostile = "$(touch$IFS'x')`touch$IFS'x'`\";touch$IFS'x';";

/** A clone with a branch of a hostile name, and its origin's main one commit behind. */
async function clone(name: string, depth?: number): Promise<{ dir: string; sha: string }> {
  const origin = join(folder, "origin");
  const git = (cwd: string, ...args: string[]) =>
    execute("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-C", cwd, ...args]);
  await execute("git", ["init", "--quiet", "--initial-branch=main", origin]);
  await git(origin, "commit", "--quiet", "--allow-empty", "--message=first");
  await git(origin, "checkout", "--quiet", "-b", name);
  await git(origin, "commit", "--quiet", "--allow-empty", "--message=second");
  const dir = join(folder, "clone");
  const shallow = depth === undefined ? [] : [`--depth=${depth}`];
  await execute("git", ["clone", "--quiet", `--branch=${name}`, ...shallow, `file://${origin}`, dir]);
  return { dir, sha: (await git(dir, "rev-parse", "HEAD")).stdout.trim() };
}

const refs = "refs/remotes/origin";

test("a pull request is narrowed by its base, and judged by its policy", async () => {
  const { dir } = await clone(hostile);
  const base = { GITHUB_BASE_REF: "main" };
  const git = "--git=./.git";
  const policy = `--policy-ref=${refs}/main`;
  expect((await facts(base, dir)).lines).toEqual([git, `--base=${refs}/main`, policy]);
  expect((await facts({ ...base, SLIPWAY_BASE: "none" }, dir)).lines).toEqual([git, policy]);
  const own = { ...base, SLIPWAY_POLICY: "none" };
  expect((await facts(own, dir)).lines).toEqual([git, `--base=${refs}/main`]);
  // Its head is its base's too: all of it is merged.
  expect((await facts({ GITHUB_BASE_REF: hostile }, dir)).lines).toEqual([git, `--base=${refs}/${hostile}`]);
  expect((await facts({}, dir)).lines).toEqual([]);
  expect(await readdir(dir)).toEqual([".git"]);
});

test("labels of a pull request approve weaker policies by their whole name, and no other label does", async () => {
  const names = [
    "slipway-policy-0123456789abcdef",
    "bug",
    "slipway-policy-0123456789ABCDEF",
    "slipway-policy-00112233445566778",
    'x",\n "slipway-policy-1111111111111111',
    "x slipway-policy-2222222222222222",
    "slipway-policy-fedcba9876543210",
  ];
  const probe = join(folder, "labels.sh");
  await writeFile(probe, `. "${scripts}facts.sh"\nlabelled_policies\n`);
  for (const SLIPWAY_LABELS of [JSON.stringify(names, null, 2), "[]", "null", ""]) {
    const { stdout } = await sh(probe, { ...settings, SLIPWAY_LABELS }, folder);
    expect(stdout).toBe(SLIPWAY_LABELS.length > 4 ? "0123456789abcdef\nfedcba9876543210\n" : "");
  }
});

test("a merge queue is judged by the policy of what is merged already", async () => {
  const { dir } = await clone("topic");
  const { stdout } = await execute("git", ["-C", dir, "rev-parse", "origin/main"]);
  const event = { GITHUB_EVENT_NAME: "merge_group", SLIPWAY_MERGE_GROUP_BASE: stdout.trim() };
  expect((await facts(event, dir)).lines).toEqual(["--git=./.git", `--policy-ref=${stdout.trim()}`]);
});

test("without the base, a pull request is refused, or all of it is checked by its own policy", async () => {
  const { dir } = await clone("topic", 1);
  const base = { GITHUB_BASE_REF: "main" };
  expect((await facts(base, dir)).stderr).toMatch(
    /^HISTORY_MISSING: .*fetch-depth: 0.* set policy: none\.$/m,
  );
  const own = { ...base, SLIPWAY_POLICY: "none" };
  const { lines, stderr } = await facts(own, dir);
  expect(lines).toEqual([]);
  expect(stderr).toMatch(
    /^::warning title=Slipway::Everything is checked, but not the change .*fetch-depth: 0/,
  );
  const part = { SLIPWAY_SOURCE: `${dir}/part` };
  expect((await facts({ ...base, ...part }, dir)).stderr).toContain("no folder .git in the source");
  expect((await facts({ ...own, ...part }, dir)).stderr).toContain("no folder .git in the source");
});

test("a release is told the branch, however it is called, but not that of another commit than the one checked out", async () => {
  const { dir, sha } = await clone(hostile);
  const event = {
    SLIPWAY_FUNCTION: "release",
    GITHUB_REF: `refs/heads/${hostile}`,
    GITHUB_SHA: sha,
    GITHUB_WORKFLOW_REF: "shop/orders/.github/workflows/release.yml@refs/heads/main",
  };
  const common = [
    "--default-branch=main",
    "--source-url=https://github.com/shop/orders",
    "--builder=https://github.com/shop/orders/.github/workflows/release.yml@refs/heads/main",
  ];
  expect((await facts(event, dir)).lines).toEqual([...common, `--branch=${hostile}`]);
  expect((await facts({ ...event, GITHUB_REF: "refs/tags/v1" }, dir)).lines).toEqual([...common, "--tag=v1"]);
  expect((await facts({ ...event, GITHUB_EVENT_NAME: "schedule" }, dir)).lines).toContain("--scheduled");
  expect((await facts({ ...event, GITHUB_SHA: "0".repeat(40) }, dir)).lines).toEqual(common);
  const request = {
    SLIPWAY_PULL_REQUEST: "7",
    SLIPWAY_HEAD_REPOSITORY: "shop/orders",
    GITHUB_BASE_REF: "main",
  };
  const pull = await facts({ ...event, ...request, GITHUB_REF: "refs/pull/7/merge" }, dir);
  expect(pull.lines).toEqual([...common, "--pull-request=7", "--base-branch=main"]);
  expect(await readdir(dir)).toEqual([".git"]);
});

test("a job that runs again asks anew, and one with OpenID Connect hands over how its token is had", async () => {
  const again = await facts({ GITHUB_RUN_ATTEMPT: "2", GITHUB_RUN_ID: "99" });
  expect(again.lines).toEqual(["--run=github-99-2"]);
  const { lines } = await facts({ SLIPWAY_FUNCTION: "release", ACTIONS_ID_TOKEN_REQUEST_URL: "https://x?" });
  expect(lines).toContain('--identity-token=cmd://sh "$SLIPWAY_TOKEN_SCRIPT"');
});
