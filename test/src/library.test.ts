import { readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { libraryModule } from "../fixtures/library.ts";

let folder: string;
beforeAll(async () => {
  folder = await libraryModule();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a module of one's own adds a step, swaps a tool and changes the policy in less than 40 lines", async () => {
  const text = await readFile("test/fixtures/library/src/index.ts", "utf8");
  expect(text.trimEnd().split("\n").length).toBeLessThan(40);
  for (const what of ["a step more", "another tool", "another policy"]) expect(text).toContain(`// ${what}`);
});

test("its types hold, with Slipway's in its own folder", async () => {
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  const config = { extends: "./tsconfig.json", include: ["src"], exclude: [] };
  await writeFile(join(folder, "tsconfig.check.json"), JSON.stringify(config));
  const { exitCode, stdout } = await $({
    nothrow: true,
    quiet: true,
  })`npx tsc --noEmit -p ${join(folder, "tsconfig.check.json")}`;
  expect(stdout).toBe("");
  expect(exitCode).toBe(0);
});

test("it asks for the packages that Slipway asks for, at the same versions", async () => {
  const read = async (file: string) => JSON.parse(await readFile(file, "utf8")).dependencies;
  const { "@dagger.io/dagger": _, ...ours } = await read("package.json");
  expect(await read("test/fixtures/library/package.json")).toEqual(ours);
});
