import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { runtimeTypescript } from "../../ci/scripts/bundle.ts";

const modules = await readdir("modules");
const config = z.object({ name: z.string(), engineVersion: z.literal("v0.19.10"), source: z.literal(".") });

describe.each(modules)("modules/%s", (name) => {
  test.each([
    "dagger.json",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "README.md",
    "src/index.ts",
  ])("has %s", (file) => {
    expect(existsSync(`modules/${name}/${file}`)).toBe(true);
  });

  test("bears its folder's name and the engine's floor", async () => {
    expect(config.parse(JSON.parse(await readFile(`modules/${name}/dagger.json`, "utf8"))).name).toBe(name);
  });

  test("shows an example that calls it", async () => {
    expect(await readFile(`modules/${name}/README.md`, "utf8")).toContain(`dagger call -m modules/${name} `);
  });

  test("has a test with the real engine", async () => {
    const tests = await readdir(`test/modules/${name}`);
    expect(tests.some((file) => file.endsWith(".engine.test.ts"))).toBe(true);
  });

  test("keeps no text of a template", async () => {
    const files = await readdir(`modules/${name}`, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile() && !/node_modules|\/sdk/.test(file.parentPath))
      .map((file) => readFile(`${file.parentPath}/${file.name}`, "utf8"));
    expect((await Promise.all(texts)).join("\n")).not.toMatch(/TODO|FIXME|container-echo|A generated module/);
  });
});

test("no package.json names a package manager, which the official runtime would install for each new version", async () => {
  for (const folder of [".", ...modules.map((name) => `modules/${name}`)]) {
    expect(existsSync(`${folder}/package-lock.json`)).toBe(true);
    expect(JSON.parse(await readFile(`${folder}/package.json`, "utf8"))).not.toHaveProperty("packageManager");
  }
});

test("a module without a library installs nothing: it names the TypeScript that the runtime brings", async () => {
  const runtime = await readFile("ci/engine/sdk/typescript/runtime/install.go", "utf8");
  expect(runtime).toContain(`const bundledTypescript = "${runtimeTypescript}"`);
  const dependencies = z.object({ dependencies: z.record(z.string(), z.string()) });
  for (const name of modules) {
    const text = await readFile(`modules/${name}/package.json`, "utf8");
    const [first, ...more] = Object.entries(dependencies.parse(JSON.parse(text)).dependencies);
    if (more.length === 0) expect(first, name).toEqual(["typescript", runtimeTypescript]);
  }
});
