import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { sh } from "../ci/sh.ts";
import { dagger } from "../dagger.ts";

/*
 * The attacker writes the .env of the checkout. dagger takes defaults of arguments from it, puts variables of its own
 * environment into them, and reads secrets by running commands.
 */

const root = new URL("../..", import.meta.url).pathname;
const token = "tok_of_the_job_777";

let folder: string;
let source: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-env-"));
  source = join(folder, "source");
  await mkdir(join(source, "tests"), { recursive: true });
  const files = {
    "slipway.yaml": "services: {app: {path: ., types: false, image: false}}\ngates: {coverage: 0}\n",
    "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n[tool.ruff]\n',
    "app.py": "import os\n",
    "tests/test_app.py":
      'import os\n\n\ndef test_one():\n    assert os.environ.get("SLIPWAY_WINDOW", "")[::-1] == "x"\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(source, name), text);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", "-C", source, ...args]);
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message=first");
});
afterAll(() => rm(folder, { recursive: true }));

async function wrapped(name: "ci" | "release") {
  return sh(
    join(root, "ci/call.sh"),
    {
      PATH: `${dirname(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "")}:${process.env.PATH}`,
      _EXPERIMENTAL_DAGGER_RUNNER_HOST: process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "",
      JOB_TOKEN: token,
      TMPDIR: folder,
      SLIPWAY_MODULE: root,
      SLIPWAY_FUNCTION: name,
      SLIPWAY_ARGUMENTS: `--vulnerability-db=${dirname(await exampleDatabase())}`,
    },
    source,
  );
}

async function everything(): Promise<string> {
  const reports = join(source, "reports");
  const names = await readdir(reports, { recursive: true, withFileTypes: true });
  const texts = names
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(join(entry.parentPath, entry.name), "utf8"));
  return (await Promise.all(texts)).join("\n");
}

const everyday =
  "export FOO=bar\nGREETING=don't\nFOO = bar\nDB_PASSWORD=pa$$word\nURL=postgres://u:$UNSET@h/db\n";

test("steers no call by the wrapper: no gate passes by it, and no variable of the job leaves", async () => {
  const evil = `SLIPWAY_REPORTS_RUN=\${JOB_TOKEN}\nSLIPWAY_REPORTS_BASELINEREF=HEAD\nSLIPWAY_REPORTS_GIT=.git\n`;
  // The module refuses such lines in the source itself, so they are above it.
  await writeFile(join(folder, ".env"), evil);
  await writeFile(join(source, ".env"), everyday);
  const { exitCode, stdout, stderr } = await wrapped("ci");
  expect(exitCode).toBe(1);
  expect(stdout + stderr).toMatch(/app\/ruff failed|✘ app\/ruff/);
  const told = stdout + stderr + (await everything());
  for (const text of [token, [...token].reverse().join(""), "user default", "parse error", "pa$$word"]) {
    expect(told).not.toContain(text);
  }
});

test("runs no command on the machine in a release by the wrapper", async () => {
  const mark = join(folder, "ran");
  await writeFile(join(source, ".env"), `SLIPWAY_RELEASEREPORTS_GITSIGNINGKEY='cmd://id >${mark}'\n`);
  const { exitCode, stdout, stderr } = await wrapped("release");
  expect(exitCode).toBe(2);
  expect(stdout + stderr).not.toContain("user default");
  expect(existsSync(mark)).toBe(false);
});

test("is refused by the module in a plain call, before anything is run", async () => {
  await writeFile(join(source, ".env"), "SLIPWAY_CI_TODAY=2026-01-01\n");
  await rm(join(folder, ".env"));
  const { exitCode, stderr } = await dagger(["call", "-m", root, "ci", `--source=${source}`], source);
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/DEFAULTS_IN_SOURCE: .*SLIPWAY_CI_TODAY/);
});
