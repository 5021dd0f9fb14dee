import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { dagger } from "../dagger.ts";

const root = new URL("../..", import.meta.url).pathname;
let folder: string;
let database: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-history-"));
  database = dirname(await exampleDatabase());
});
afterAll(() => rm(folder, { recursive: true }));

const files = {
  "slipway.yaml":
    "services: {app: {path: ., lint: [ruff], types: false, test: false, image: false}}\nmanifests: false\n",
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n[tool.ruff.lint]\nselect = ["F"]\n',
  "app.py": "import os\n",
};
/** Made here, so that no scanner takes this file for a leak. */
const token = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6".slice(0, 36)}`;

test("with --base and --baseline-ref only what is new stops, and what a commit took away is found", async () => {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const git = $({ cwd: folder, quiet: true });
  const commit = async (message: string) => {
    await git`git add --all`;
    await git`git -c user.name=Author -c user.email=author@example.com commit --quiet --message=${message}`;
  };
  await git`git init --quiet --initial-branch=main`;
  await commit("first");
  await git`git branch base`;
  await writeFile(join(folder, "notes.txt"), "text\n");
  await commit("second");
  const call = () =>
    dagger(
      [
        "call",
        "ci",
        `--source=${folder}`,
        `--git=${join(folder, ".git")}`,
        "--base=base",
        "--baseline-ref=base",
        `--vulnerability-db=${database}`,
      ],
      root,
    );

  const old = await call();
  expect(old.stdout, old.stderr.slice(-3000)).toMatch(/✔ app\/ruff +passed .*1 in the baseline/);
  expect(old.stdout).toMatch(/✔ history-secrets +passed .*no finding in 1 commit since base/);
  expect(old.stdout).toMatch(/✔ baseline +passed .*merge base of HEAD/);
  expect(old.exitCode).toBe(0);

  await writeFile(join(folder, "settings.py"), `token = "${token}"\n`);
  await commit("a secret");
  await rm(join(folder, "settings.py"));
  await appendFile(join(folder, "app.py"), "import sys\n");
  await commit("no secret");
  const fresh = await call();
  expect(fresh.exitCode).not.toBe(0);
  expect(fresh.stderr).toMatch(/✘ app\/ruff +failed .*1 lint finding: F401 app\.py:2/);
  expect(fresh.stderr).toMatch(/✘ history-secrets +failed .*github-pat [0-9a-f]{12}:settings\.py:1/);
  expect(fresh.stderr).toMatch(/✔ secrets +passed/);
  expect(`${fresh.stdout}${fresh.stderr}`).not.toContain(token);
});
