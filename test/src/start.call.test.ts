import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, expect, test } from "vitest";
import { $ } from "zx";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";
import { dagger } from "../dagger.ts";
import { found } from "../fixtures/found.ts";
import { blocksIn } from "../markdown.ts";

const root = new URL("../..", import.meta.url).pathname;
let folder: string | undefined;
afterAll(() => (folder === undefined ? undefined : rm(folder, { recursive: true })));

/** The commands of the README's `sh` blocks, a line each, with this module in place of the published one. */
async function commands(): Promise<readonly (readonly string[])[]> {
  const shown = await blocksIn("pipelines/init/README.md", "sh");
  return shown.map((text) => text.trim().replaceAll("github.com/OWNER/slipway", root).split("\n"));
}

test("a repository is begun with by the commands that the README shows, and no line edited by hand", async () => {
  folder = await found("legacy");
  const git = $({ cwd: folder, quiet: true });
  await git`git init --quiet --initial-branch=main`;
  await git`git config user.name Author`;
  await git`git config user.email author@example.com`;
  await git`git add --all`;
  await git`git commit --quiet --message=first`;
  const database = `--vulnerability-db=${dirname(await exampleDatabase())}`;

  const [start = [], setup = []] = await commands();
  expect(start).toHaveLength(4);
  const printed: string[] = [];
  for (const command of [...start, ...setup]) {
    const [program, ...words] = command.split(" ");
    if (program === "git") {
      await git`git ${words}`;
      continue;
    }
    // The real database is an image, which is not to be had everywhere.
    const args = words.includes("ci") ? [...words, database] : words;
    const { exitCode, stdout, stderr } = await dagger(args, folder);
    expect(`${command}: ${exitCode === 0 ? "ok" : stderr.slice(-2000)}`).toBe(`${command}: ok`);
    printed.push(stdout);
  }
  const [, verdict, doctor] = printed;
  expect(verdict).toContain("Passed: ");
  expect(doctor).toMatch(/! advice git +the clone does not name the default branch/);
  expect(doctor).toMatch(/✔ ok {5}slipway\.lock +\d+ images pinned by digest/);

  const { stdout: added } = await git`git diff --name-status HEAD~1`;
  expect(added.trim().split("\n")).toEqual(["A\tslipway.lock", "A\tslipway.yaml"]);
  const { stdout: left } = await git`git status --porcelain`;
  expect(left).toBe("");
});
