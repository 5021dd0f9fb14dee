import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { runner } from "./github/act.ts";
import { consumers } from "./github/consumers.ts";
import { build } from "./jenkins/build.ts";
import { comparable, hostileBranch, plantedClone } from "./planted.ts";
import { sh } from "./sh.ts";

const root = new URL("../..", import.meta.url).pathname;

/**
 * One repository with one planted failure of each kind and a branch of a hostile name, by ci/call.sh from a shell, by the
 * workflow of ci/github/README.md under act, and by the shared library under Jenkins's interpreter.
 */
test("a shell, GitHub Actions and Jenkins come to one summary.json, times apart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-three-"));
  const given = `--vulnerability-db=${dirname(await exampleDatabase())}`;
  const { ci = "" } = await consumers();
  const clone = await plantedClone(async (at) => {
    await mkdir(join(at, ".github/workflows"), { recursive: true });
    const workflow = `${ci.trimEnd()}\n        with: ${JSON.stringify({ arguments: given })}\n`;
    await writeFile(join(at, ".github/workflows/ci.yml"), workflow);
  });
  try {
    const shell = await sh(
      join(root, "ci/call.sh"),
      {
        PATH: `${dirname(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "")}:${process.env.PATH}`,
        _EXPERIMENTAL_DAGGER_RUNNER_HOST: process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "",
        SLIPWAY_MODULE: root,
        SLIPWAY_ARGUMENTS: `${given}\n\n--run=${hostileBranch}\n`,
        SLIPWAY_REPORTS: join(folder, "shell"),
      },
      clone,
    );
    expect(`${shell.exitCode} ${shell.exitCode === 1 ? "" : shell.stderr.slice(-2000)}`).toBe("1 ");
    expect(shell.stdout).toMatch(/✘ app\/test +failed[\s\S]*Failed: app\/ruff and app\/test failed/);

    const act = await (await runner(folder))(clone, "push", { ref: `refs/heads/${hostileBranch}` });
    expect(act.exitCode, act.log.slice(-2000)).toBe(1);

    const workspace = join(folder, "workspace");
    await cp(clone, workspace, { recursive: true });
    const jenkinsfile = `@Library('slipway@v0.1.0') _\nslipway { arguments = ['${given}'] }\n`;
    const built = await build({ workspace, jenkinsfile, env: { BRANCH_NAME: hostileBranch } });
    expect(`${built.result}: ${built.message}`).toMatch(/^FAILURE: VERDICT_FAILED: /);

    const summary = await comparable(join(folder, "shell"));
    expect(summary.checks.length).toBeGreaterThan(10);
    expect(await comparable(join(folder, "kept/slipway-reports"))).toEqual(summary);
    expect(await comparable(join(workspace, "reports"))).toEqual(summary);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(clone, { recursive: true, force: true });
  }
});
