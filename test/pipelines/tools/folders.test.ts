import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fileLinterNames, linterNames, typeCheckerNames } from "#pipelines/tools/registry.ts";
import { newTool } from "../../../ci/scripts/new-tool.ts";

const root = "pipelines/tools";
const entries = await readdir(root, { withFileTypes: true });
const tools = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);

describe.each(tools)(`${root}/%s`, (name) => {
  test("has a tool, and a README with the upstream page and all that a reader asks for", async () => {
    expect(existsSync(join(root, name, "tool.ts"))).toBe(true);
    const readme = await readFile(join(root, name, "README.md"), "utf8");
    for (const row of ["upstream | https://", "runs |", "exit codes |", "run by `auto` |", "version |"]) {
      expect(readme).toContain(`| ${row}`);
    }
  });

  test("tests its own reader with a report that the real tool wrote", async () => {
    if (!existsSync(join(root, name, "reader.ts"))) return;
    expect(await readFile(join(root, name, "reader.test.ts"), "utf8")).toContain('recorded("');
    expect((await readdir(join(root, name, "recorded"))).length).toBeGreaterThan(0);
  });

  test("keeps no text of the template", async () => {
    const files = await readdir(join(root, name), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), "utf8"));
    expect((await Promise.all(texts)).join("\n")).not.toMatch(/WRITE (?:ONE|CODE)|__[A-Z]+__/);
  });
});

test("a linter is in the list, and each name is once", async () => {
  const all: readonly string[] = [...linterNames, ...typeCheckerNames, ...fileLinterNames];
  expect(new Set(all).size).toBe(all.length);
  const list = await readFile(`${root}/index.ts`, "utf8");
  for (const tool of tools) expect(list).toContain(`from "./${tool}/tool.ts"`);
});

describe("npm run new:tool", () => {
  async function repository(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "slipway-new-tool-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, root), { recursive: true });
    await writeFile(join(folder, root, "index.ts"), await readFile(`${root}/index.ts`, "utf8"));
    return folder;
  }

  test("makes one folder, and changes one line outside of it", async () => {
    const folder = await repository();
    const files = await newTool(folder, "py-upgrade", "code", "1.2.3");
    const outside = files.filter((file) => !file.startsWith(`${root}/py-upgrade/`));
    expect(outside).toEqual([`${root}/index.ts`]);
    const [before, after] = await Promise.all(
      [".", folder].map(async (at) => (await readFile(join(at, root, "index.ts"), "utf8")).split("\n")),
    );
    const added = after?.filter((line) => !before?.includes(line));
    expect(added).toEqual(['export { pyUpgrade } from "./py-upgrade/tool.ts";']);
    // The others keep their order, which the linter holds.
    expect(after?.filter((line) => !added?.includes(line))).toEqual(before);
    const made = await readFile(join(folder, root, "py-upgrade/tool.ts"), "utf8");
    expect(made).toMatch(/py-upgrade==\$\{planned\.version \?\? pin\}/);
    expect(made).not.toMatch(/__[A-Z]+__/);
  });

  test.each(["Upper", "../x", "", "a_b", "-a"])("refuses %j", async (name) => {
    await expect(newTool(await repository(), name, "code", "1")).rejects.toThrow(/Usage/);
  });

  test("does not write over a tool that is there", async () => {
    const folder = await repository();
    await newTool(folder, "one", "types", "1");
    await expect(newTool(folder, "one", "types", "1")).rejects.toThrow(/EEXIST/);
  });
});
