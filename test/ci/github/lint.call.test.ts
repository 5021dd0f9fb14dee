import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pins } from "#modules/files/src/pins.ts";
import { goTool } from "../../../ci/engine/go-tool.ts";
import { wheelProgram } from "../../bench/tools.ts";
import { consumers, shownWorkflows } from "./consumers.ts";

const execute = promisify(execFile);
const root = new URL("../../..", import.meta.url).pathname;

let folder: string;
/** What is ours to answer for, and the workflows that our pages give to others, as one repository. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-workflows-"));
  await execute("git", ["init", "--quiet", folder]);
  for (const own of [".github", "ci/github"])
    await cp(join(root, own), join(folder, own), { recursive: true });
  for (const [name, text] of Object.entries({ ...(await shownWorkflows()), ...(await consumers()) })) {
    await put(`.github/workflows/consumer-${name}.yml`, text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** What a linter says of a folder: its exit code, and its words. */
async function linted(program: string, args: readonly string[]) {
  try {
    const { stdout } = await execute(program, args, { cwd: folder });
    return { exitCode: 0, said: stdout.trim() };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { exitCode: code, said: stdout.trim() };
  }
}

const actionlint = async () => linted(await goTool("actionlint"), ["-no-color"]);
const zizmor = async () =>
  linted(await wheelProgram("zizmor", pins.zizmor), [
    "--offline",
    "--persona=pedantic",
    "--strict-collection",
    "--no-progress",
    "--color=never",
    "--quiet",
    ".",
  ]);

test("actionlint and zizmor's pedantic persona find nothing in our workflows, the action and the workflows of our pages", async () => {
  expect(await actionlint()).toEqual({ exitCode: 0, said: "" });
  expect(await zizmor()).toEqual({ exitCode: 0, said: "No findings to report. Good job!" });
});

test("they would find a tag in place of a commit, and a branch's name in a script", async () => {
  const action = await readFile(join(folder, "ci/github/action.yml"), "utf8");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a GitHub expression
  const text = "run: echo ${{ github.head_ref }}";
  await put(
    "ci/github/action.yml",
    action.replace(/@ea165f8\w+ # v4\.6\.2/, "@v4").replace(/run: exec.*/, text),
  );
  const { exitCode, said } = await zizmor();
  await put("ci/github/action.yml", action);
  expect(exitCode).toBeGreaterThan(0);
  expect(said).toContain("unpinned-uses");
  expect(said).toContain("template-injection");
});
