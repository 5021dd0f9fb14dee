import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { $ } from "zx";
import { exampleDatabase } from "../ci/engine/vulnerability-db.ts";
import { blocksIn } from "./markdown.ts";

const root = new URL("..", import.meta.url).pathname;
let folder: string | undefined;
afterAll(() => (folder === undefined ? undefined : rm(folder, { recursive: true, force: true })));

/** Lets the page's `dagger` be the one that the tests have, with lines in place of a drawn screen. */
async function daggerOnPath(folder: string): Promise<string> {
  const cli = process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger";
  const file = join(folder, "dagger");
  await writeFile(file, `#!/bin/sh\nexec '${cli}' --progress=plain "$@"\n`);
  await chmod(file, 0o755);
  return `${folder}:${process.env.PATH}`;
}

test("the ten-minute start leads from an empty folder to a verdict, a failure, its reports and the doctor", async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-start-"));
  // The real database is an image, which is not to be had everywhere.
  const database = `--vulnerability-db=${dirname(await exampleDatabase())}`;
  const script = (await blocksIn("docs/start.md", "sh"))
    .join("\n")
    .replaceAll(/github\.com\/OWNER\/slipway (ci|reports) /g, `${root} $1 ${database} `)
    .replaceAll("github.com/OWNER/slipway", root);
  const env = {
    ...process.env,
    // Who commits is said on the page, not by this machine.
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    NO_COLOR: "1",
    PATH: await daggerOnPath(await mkdtemp(join(folder, "bin-"))),
  };
  const { exitCode, stdout, stderr } = await $({
    cwd: folder,
    env,
    nothrow: true,
    quiet: true,
  })`bash -euo pipefail -c ${script}`;

  expect(exitCode, stderr.slice(-3000)).toBe(0);
  expect(stdout).toMatch(/^ +path: "?\.["\n]/m); // of slipway.yaml
  expect(stdout).toContain("Passed: ");
  expect(stdout).toContain("not passed, as it should be");
  expect(stdout).toMatch(/✔ ok {5}slipway\.lock .* by digest/);
  const hello = join(folder, "hello");
  const summary: { checks: { name: string; outcome: string }[] } = JSON.parse(
    await readFile(join(hello, "reports/summary.json"), "utf8"),
  );
  const failed = summary.checks.filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped");
  expect(failed.map(({ name }) => name)).toEqual(["hello/ruff"]);
  const left = await $({ cwd: hello, quiet: true })`git status --porcelain`;
  expect(left.stdout).toBe("");
  const added = await $({ cwd: hello, quiet: true })`git ls-files`;
  expect(added.stdout).toContain(".github/workflows/slipway.yml\n");
});
