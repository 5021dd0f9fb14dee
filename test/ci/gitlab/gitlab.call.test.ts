import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledTree } from "../../../ci/bundled-tree.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { type Ended, ended } from "../../../ci/program.ts";
import { blocksIn } from "../../markdown.ts";
import { timedDagger } from "../timed-dagger.ts";
import { jobScript } from "./job-script.ts";
import { gitlabRunner } from "./runner.ts";

const cli = process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger";
const withDagger = `${dirname(cli)}:${process.env.PATH}`;
const withoutDagger = "/usr/bin:/bin";
const folders: string[] = [];
let runner = "";

beforeAll(async () => {
  runner = await gitlabRunner();
});

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function fresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-gitlab-"));
  folders.push(folder);
  return folder;
}

/** A clone as a runner has it: the repository with the planted failures, whose CI file is the one in the README. */
async function project(edit: (file: string) => string = (file) => file): Promise<string> {
  const folder = await fresh();
  await cp("test/fixtures/planted", folder, { recursive: true });
  await cp("ci/gitlab/slipway.yml", join(folder, "slipway.yml"));
  const [shown = ""] = await blocksIn("ci/gitlab/README.md", "yaml");
  expect(shown.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
  const here = shown
    .replace(/- remote: .*/, "- local: slipway.yml")
    .replace("inputs:", "inputs:\n      engine: given");
  expect(here).toContain("local: slipway.yml");
  await writeFile(join(folder, ".gitlab-ci.yml"), edit(here));
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args]);
  git("init", "--quiet", "--initial-branch=main");
  git("remote", "add", "origin", "https://gitlab.example.com/shop/app.git");
  git("add", "--all");
  git("commit", "--quiet", "--message=first");
  return folder;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return ended(command, args, { cwd, env: { ...process.env, NO_COLOR: "1", ...env } });
}

/** Runs the job as a runner with a shell does, with GitLab's variables and the dagger of a folder. */
async function job(
  folder: string,
  variables: Readonly<Record<string, string>>,
  cli?: string,
): Promise<Ended> {
  const told = { SLIPWAY_MODULE: await bundledTree(), ...variables };
  const args = Object.entries(told).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const all = [runner, "--force-shell-executor", "--no-color", ...args, "slipway"];
  return run(process.execPath, all, folder, {
    PATH: cli === undefined ? withDagger : `${cli}:${withDagger}`,
  });
}

describe("the job", () => {
  test("fails when checks failed, and its reports are where its artifacts are looked for", async () => {
    const folder = await project((file) => file.replace(/--service=.*/, "--service=app"));
    const database = dirname(await exampleDatabase());
    const timed = await timedDagger(await fresh());
    const begun = performance.now();
    const ran = await job(
      folder,
      { SLIPWAY_ARGUMENTS: `--service=app\n--vulnerability-db=${database}` },
      timed.folder,
    );
    expect((performance.now() - begun) / 1000 - (await timed.called())).toBeLessThan(60);
    expect(ran.log).toContain("json schema validated");
    expect(ran.exitCode).toBe(1);
    expect(ran.log).toMatch(/✘ app\/ruff +failed/);
    expect(ran.log).toMatch(/✘ app\/test +failed/);
    expect(JSON.parse(await readFile(join(folder, "reports/summary.json"), "utf8")).outcome).toBe("failed");
    expect(existsSync(join(folder, "reports/app/test/junit.xml"))).toBe(true);
    expect(existsSync(join(folder, "reports/app/test/coverage.xml"))).toBe(true);
    const preview = await run(process.execPath, [runner, "--preview"], folder, {});
    expect(preview.log).toContain("when: always");
    expect(preview.log).toContain("junit: reports/**/junit.xml");
    expect(preview.log).toContain("path: reports/**/coverage.xml");
  });

  test("judges a merge request by the policy of its target", async () => {
    const folder = await project();
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args]);
    const target = git("rev-parse", "HEAD").toString().trim();
    const file = join(folder, "slipway.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace("coverage: 50", "coverage: 1"));
    git("commit", "--quiet", "--all", "--message=second");
    const ran = await job(folder, { SLIPWAY_ARGUMENTS: "", CI_MERGE_REQUEST_DIFF_BASE_SHA: target });
    expect(ran.log).toMatch(/✘ policy +failed[\s\S]*gates\.coverage: 50 on the base/);
    expect(ran.exitCode).toBe(1);
  });

  test("hands over what GitLab knows of a release as data, whatever is in a branch's name", async () => {
    const folder = await project((file) => file.replace("inputs:", "inputs:\n      function: release"));
    const touched = join(folder, "touched");
    const branch = `$(touch ${touched})\`touch ${touched}\`'"; touch ${touched} #`;
    const ran = await job(folder, {
      CI_COMMIT_BRANCH: branch,
      CI_DEFAULT_BRANCH: "main",
      SLIPWAY_ARGUMENTS: "",
      // dagger's log has the arguments.
      SLIPWAY_DEBUG: "1",
    });
    expect(ran.exitCode).not.toBe(0);
    expect(existsSync(touched)).toBe(false);
    expect(ran.log).toContain(`branch: ${JSON.stringify(branch)}`);
    expect(ran.log).toContain('defaultBranch: "main"');
    expect(ran.log).toMatch(/commit: "[0-9a-f]{40}"/);
    expect(ran.log).toContain('sourceUrl: "https://gitlab.example.com/shop/app"');
  });
});

describe("the job's script", () => {
  const settings = { SLIPWAY_FUNCTION: "ci", SLIPWAY_REPORTS: "reports", SLIPWAY_DAGGER_VERSION: "0.19.10" };

  test.each([
    [
      "a line's end in a branch's name",
      { CI_COMMIT_BRANCH: "main\n--registry=evil.example.com" },
      "ARGUMENT_INVALID: ",
    ],
    [
      "a release that a fork asks for",
      {
        SLIPWAY_FUNCTION: "release",
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2",
        CI_MERGE_REQUEST_PROJECT_ID: "1",
      },
      "FORK_REFUSED: ",
    ],
    [
      "a version that is a path",
      { SLIPWAY_DAGGER_VERSION: "../../evil" },
      "ARGUMENT_INVALID: dagger-version",
    ],
  ])("refuses %s before anything is called", async (_, variables, code) => {
    const ran = await run("sh", ["-c", await jobScript()], await fresh(), {
      ...settings,
      PATH: withoutDagger,
      ...variables,
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.log).toContain(code);
  });

  test("takes the CLI that it downloads only if its checksum is the published one", async () => {
    const served = await fresh();
    const version = join(served, "0.19.10");
    const archive = `dagger_v0.19.10_linux_${process.arch === "arm64" ? "arm64" : "amd64"}.tar.gz`;
    await mkdir(version);
    execFileSync("tar", [
      "--use-compress-program=gzip -1",
      "-cf",
      join(version, archive),
      "-C",
      dirname(cli),
      "dagger",
    ]);
    const sum = createHash("sha256")
      .update(await readFile(join(version, archive)))
      .digest("hex");
    const server = createServer(async (request, response) => {
      response.end(await readFile(join(served, request.url ?? "")));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const downloads = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // That the CLI is there and runs is seen by what the script asks for after it.
    const env = {
      ...settings,
      PATH: withoutDagger,
      DAGGER_DOWNLOADS: downloads,
      SLIPWAY_ARGUMENTS: "--x=env:NOT_SET",
    };
    const folder = await fresh();

    await writeFile(join(version, "checksums.txt"), `${"0".repeat(64)}  ${archive}\n`);
    const refused = await run("sh", ["-c", await jobScript()], folder, env);
    expect(refused.log).toContain("ENGINE_MISSING: the downloaded");

    await writeFile(join(version, "checksums.txt"), `${sum}  ${archive}\n`);
    const taken = await run("sh", ["-c", await jobScript()], folder, env);
    expect(taken.log).toContain("CREDENTIAL_MISSING: ");
    server.close();
  });

  test("leaves nothing running when the job is cancelled", async () => {
    const folder = await project();
    const env = {
      ...process.env,
      ...settings,
      PATH: withDagger,
      SLIPWAY_MODULE: await bundledTree(),
      SLIPWAY_ARGUMENTS: `--run=${Date.now()}`,
    };
    const mark = `GITLAB_TEST_JOB=${folder}`;
    const child = spawn("sh", ["-c", await jobScript()], {
      cwd: folder,
      env: { ...env, GITLAB_TEST_JOB: folder },
      detached: true,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    const commands = async () => {
      const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const read = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
      const found = numbers.map(async (pid) =>
        (await read(pid, "environ")).split("\0").includes(mark) ? [await read(pid, "cmdline")] : [],
      );
      return (await Promise.all(found)).flat();
    };
    while (!(await commands()).some((command) => /^dagger\0call\0/.test(command))) await sleep(100);
    await sleep(1_000);
    // What a runner does: SIGTERM to the group of the job's shell.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    await ended;
    for (let tries = 0; tries < 100 && (await commands()).length > 0; tries += 1) await sleep(100);
    expect(await commands()).toEqual([]);
  });
});
