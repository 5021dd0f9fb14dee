import { randomInt } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundledTree } from "../../ci/bundled-tree.ts";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { plantedClone } from "./planted.ts";
import { sh } from "./sh.ts";

const root = new URL("../..", import.meta.url).pathname;
/** The command line of a test's process that nobody else has, as /proc shows it. */
const seconds = `86400.${randomInt(1e9)}`;
const slow = `import subprocess\n\n\ndef test_slow():\n    subprocess.run(["sleep", "${seconds}"])\n`;

let repository: string;
beforeEach(async () => {
  repository = await plantedClone((folder) => writeFile(join(folder, "tests/test_app.py"), slow));
});
afterEach(() => rm(repository, { recursive: true }));

async function settings(): Promise<Record<string, string>> {
  return {
    PATH: `${dirname(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "")}:${process.env.PATH}`,
    _EXPERIMENTAL_DAGGER_RUNNER_HOST: process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "",
    SLIPWAY_MODULE: await bundledTree(),
    SLIPWAY_ARGUMENTS: `--vulnerability-db=${dirname(await exampleDatabase())}`,
  };
}

/** Whether a test's process runs on this machine, in a container or not. */
async function isRunning(): Promise<boolean> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  return lines.some((line) => line.startsWith(`sleep\0${seconds}`));
}

async function until(condition: () => Promise<boolean>, limit: number): Promise<void> {
  for (const end = Date.now() + limit; !(await condition()); await sleep(250)) {
    if (Date.now() > end) throw new Error("it did not come to that in time");
  }
}

test("a cancelled call ends by its signal, says so, and leaves nothing running", async () => {
  const started = until(isRunning, 300_000);
  const ended = await sh(join(root, "ci/call.sh"), await settings(), repository, started);
  await started;
  expect(ended.exitCode).toBe(130);
  expect(ended.stderr).toMatch(/^CALL_CANCELLED: /m);
  await until(async () => !(await isRunning()), 300_000);
  expect(await readdir(repository)).not.toContain("reports");
});

test("an argument that the module does not know is CALL_FAILED, after dagger's own words", async () => {
  const { exitCode, stderr } = await sh(
    join(root, "ci/call.sh"),
    { ...(await settings()), SLIPWAY_ARGUMENTS: "--unknown=$(touch x)" },
    repository,
  );
  expect(stderr).toMatch(/unknown flag: --unknown[\s\S]*^CALL_FAILED: /m);
  expect(exitCode).toBe(2);
});
