import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { blocksIn } from "../../markdown.ts";
import { comparable, plantedClone } from "../planted.ts";
import { type Built, build, startBuild } from "./build.ts";

/*
 * Jenkins's own interpreter, a real shell, the real call. The controller is not to be had from a registry: its steps checkout,
 * junit, archiveArtifacts and publishHTML are written down only, and that their patterns fit what is there is asserted here.
 */

const database = dirname(await exampleDatabase());
const folders: string[] = [];

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function fresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-workspace-"));
  folders.push(folder);
  return folder;
}

/** The repository with one planted failure of each kind. */
async function planted(): Promise<string> {
  const folder = await fresh();
  await cp("test/fixtures/planted", folder, { recursive: true });
  return folder;
}

async function mended(): Promise<string> {
  const folder = await planted();
  await writeFile(join(folder, "app.py"), "def double(number):\n    return number + number\n");
  const test = join(folder, "tests/test_app.py");
  await writeFile(test, (await readFile(test, "utf8")).replace("== 5", "== 4"));
  return folder;
}

const consumer = (...lines: readonly string[]) =>
  ["@Library('slipway@v0.1.0') _", "slipway {", ...lines, "}"].join("\n");

const stages = (built: Built) => built.steps.filter(({ step }) => step === "stage").map((each) => each.with);
const steps = (built: Built) => built.steps.map(({ step }) => step);

/** The variable by which Jenkins finds a build's processes, in those that live. */
async function processesWith(cookie: string): Promise<number[]> {
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = numbers.map(async (pid) => {
    const variables = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    return variables.split("\0").includes(cookie) ? [Number(pid)] : [];
  });
  return (await Promise.all(found)).flat();
}

describe("the shared library", () => {
  test("fails a build whose checks failed, and publishes what they wrote", async () => {
    const workspace = await planted();
    const started = Date.now();
    const [shown = ""] = await blocksIn("ci/jenkins/README.md", "groovy");
    expect(shown.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
    const built = await build({
      workspace,
      jenkinsfile: shown.replace(
        "'--service=app'",
        `'--vulnerability-db=${database}', "--service=\${env.SERVICE}"`,
      ),
      env: { SERVICE: "app" },
      credentials: { "pip-token": "hunter2-of-jenkins" },
      missing: ["publishHTML"],
    });
    expect(built.message).toMatch(/^VERDICT_FAILED: /);
    expect(built.result).toBe("FAILURE");
    expect(stages(built)).toEqual(["Checkout", "Slipway", "Reports"]);
    expect(built.steps).toContainEqual({ step: "node", with: "docker" });
    expect(built.log).toMatch(/✘ app\/ruff +failed/);
    expect(built.log).toMatch(/✘ app\/test +failed/);
    expect(built.log).not.toContain("hunter2-of-jenkins");

    expect((await comparable(join(workspace, "reports"))).outcome).toBe("failed");
    expect(built.steps).toContainEqual({
      step: "archiveArtifacts",
      with: { artifacts: "reports/**", allowEmptyArchive: true },
    });
    const junit = built.steps.find(({ step }) => step === "junit");
    expect(junit?.with).toMatchObject({
      testResults: "reports/**/junit.xml",
      skipMarkingBuildUnstable: true,
    });
    // Also where the engine had the tests' result from an earlier build.
    expect((await stat(join(workspace, "reports/app/test/junit.xml"))).mtimeMs).toBeGreaterThan(started);
    expect(existsSync(join(workspace, "reports/index.html"))).toBe(true);
    // The plugin that is not there takes nothing else with it, and is named.
    expect(steps(built)).not.toContain("publishHTML");
    expect(JSON.stringify(built.steps.filter(({ step }) => step === "echo"))).toContain("HTML Publisher");
  });

  test("calls an engine that it is told of, and a failed check makes a build unstable where that is asked for", async () => {
    const workspace = await planted();
    const engine = process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "";
    const lines = [`arguments = ['--vulnerability-db=${database}']`, "failed = 'UNSTABLE'"];
    const built = await build({
      workspace,
      jenkinsfile: consumer(...lines, `engine = '${engine}'`),
      env: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: "tcp://127.0.0.1:1" },
    });
    expect(`${built.result}: ${built.message}`).toBe("UNSTABLE: null");
    expect(built.steps).toContainEqual({
      step: "unstable",
      with: expect.stringMatching(/^VERDICT_FAILED: /),
    });
    expect((await comparable(join(workspace, "reports"))).outcome).toBe("failed");
  });

  test("hands over facts and credentials of a release as data, whatever is in a branch's name", async () => {
    const workspace = await mended();
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", workspace, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args]);
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message=first");
    const commit = git("rev-parse", "HEAD").toString().trim();
    const touched = join(workspace, "touched");
    const branch = `$(touch ${touched})\`touch ${touched}\`'"; touch ${touched} #`;
    const key = join(await fresh(), "cosign.key");
    await writeFile(key, "no key");
    const built = await build({
      workspace,
      jenkinsfile: consumer(
        "function = 'release'",
        "credentials = [",
        "  'registry': [username: '--registry-username', password: '--registry-password'],",
        "  'key': [file: '--signing-key'],",
        "]",
      ),
      env: {
        BRANCH_NAME: branch,
        JOB_URL: "https://jenkins.example.com/job/app/",
        // dagger's log has the arguments.
        SLIPWAY_DEBUG: "1",
      },
      checkout: { GIT_COMMIT: commit },
      credentials: { registry: { username: "ci", password: "hunter2-of-jenkins" }, key },
    });
    expect(built.result).toBe("FAILURE");
    expect(existsSync(touched)).toBe(false);
    expect(built.log).toContain(`branch: ${JSON.stringify(branch)}`);
    expect(built.log).toContain(`commit: "${commit}"`);
    expect(built.log).toContain('builder: "https://jenkins.example.com/job/app/"');
    expect(built.log).toContain('registryUsername: "ci"');
    expect(built.log).not.toContain("hunter2-of-jenkins");
    expect(built.log).not.toContain("CREDENTIAL_MISSING");
  });

  test.each([
    [
      "a line's end in a branch's name",
      ["function = 'release'"],
      { BRANCH_NAME: "main\n--registry=evil.example.com" },
      /^ARGUMENT_INVALID: arguments/,
    ],
    [
      "a release that a fork asks for",
      ["function = 'release'"],
      { CHANGE_ID: "7", CHANGE_FORK: "mallory" },
      /^FORK_REFUSED: /,
    ],
    ["a setting that is none", ["arguments_ = []"], {}, /^ARGUMENT_INVALID: arguments_ .* is not a setting/],
    ["reports outside of the workspace", ["reports = '../reports'"], {}, /^ARGUMENT_INVALID: reports/],
    [
      "a credential of no kind",
      ["credentials = ['id': [token: '--x']]"],
      {},
      /^ARGUMENT_INVALID: credentials/,
    ],
    [
      "a credential that Jenkins does not have",
      ["credentials = ['id': [text: '--x']]"],
      {},
      /^Could not find credentials/,
    ],
  ])("refuses %s before anything is called", async (_, lines, env, message) => {
    const built = await build({ workspace: await fresh(), jenkinsfile: consumer(...lines), env });
    expect(built.message).toMatch(message);
    expect(built.result).toBe("FAILURE");
    expect(steps(built)).not.toContain("sh");
  });

  test("hands no credential to a change from a fork", async () => {
    const built = await build({
      workspace: await fresh(),
      // Nothing is called: without a dagger on PATH the script says so.
      env: { CHANGE_ID: "7", CHANGE_FORK: "mallory", PATH: "/usr/bin:/bin" },
      jenkinsfile: consumer("credentials = ['registry': [text: '--registry-password']]"),
      credentials: { registry: "hunter2-of-jenkins" },
    });
    expect(steps(built)).toContain("sh");
    expect(steps(built)).not.toContain("credential");
    expect(built.log).toContain("ENGINE_MISSING: ");
    expect(built.message).toMatch(/^TOOL_FAILED: /);
  });

  test("judges a change by the policy of its target, as the Jenkinsfile without the library does", async () => {
    const workspace = await plantedClone(async (clone) => {
      await mkdir(join(clone, "ci"));
      await cp("ci/call.sh", join(clone, "ci/call.sh"));
    });
    folders.push(workspace);
    const env = { CHANGE_ID: "7", CHANGE_TARGET: "main" };
    const alone = await readFile("ci/jenkins/Jenkinsfile", "utf8");
    for (const jenkinsfile of [consumer(), alone]) {
      const built = await build({ workspace, jenkinsfile, env });
      expect(built.log).toMatch(/✘ policy +failed[\s\S]*gates\.coverage: 80 on the base/);
      expect(built.result).toBe("FAILURE");
    }
  });

  test("leaves nothing running when a build is aborted", async () => {
    const workspace = await planted();
    const running = await startBuild({
      workspace,
      jenkinsfile: consumer(`arguments = ['--run=${Date.now()}']`),
    });
    const called = async () => {
      const commands = (await processesWith(running.cookie)).map((pid) =>
        readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
      );
      return (await Promise.all(commands)).some((command) => /^dagger\0call\0/.test(command));
    };
    while (!(await called())) await sleep(100);
    await sleep(1_000);
    // What Jenkins does: SIGTERM to every process that has the build's cookie.
    for (const pid of await processesWith(running.cookie)) process.kill(pid, "SIGTERM");
    const built = await running.done;
    expect(await processesWith(running.cookie)).toEqual([]);
    expect(built.log).toContain("CALL_CANCELLED: ");
    expect(built.result).toBe("FAILURE");
    expect(stages(built)).toEqual(["Checkout", "Slipway", "Reports"]);
  });
});

describe("the Jenkinsfile without the library", () => {
  test("passes a build whose checks passed", async () => {
    const workspace = await mended();
    await cp("ci/call.sh", join(workspace, "ci/call.sh"));
    const jenkinsfile = (await readFile("ci/jenkins/Jenkinsfile", "utf8")).replace(
      "'SLIPWAY_ARGUMENTS='",
      `'SLIPWAY_ARGUMENTS=--vulnerability-db=${database}'`,
    );
    const built = await build({ workspace, jenkinsfile });
    expect(`${built.result}: ${built.message}`).toBe("SUCCESS: null");
    expect(stages(built)).toEqual(["Checkout", "Slipway", "Reports"]);
    expect(steps(built)).toEqual(expect.arrayContaining(["archiveArtifacts", "junit"]));
    expect(JSON.parse(await readFile(join(workspace, "reports/summary.json"), "utf8")).outcome).toBe(
      "passed",
    );
  });
});
