import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleTree } from "../../../ci/scripts/bundle.ts";

const root = new URL("../../..", import.meta.url).pathname;

async function bundled(): Promise<{
  readonly code: string;
  readonly json: (name: string) => Promise<unknown>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bundled-"));
  try {
    await bundleTree(root, folder);
    const text = (name: string) => readFile(join(folder, name), "utf8");
    const names = ["package.json", "package-lock.json", "dagger.json"];
    const read = new Map(await Promise.all(names.map(async (name) => [name, await text(name)] as const)));
    return {
      code: await text("bundle/functions.js"),
      json: async (name) => JSON.parse(read.get(name) ?? ""),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the bundle is the same each time, and imports nothing but the SDK and Node", async () => {
  const { code } = await bundled();
  expect((await bundled()).code).toBe(code);
  const imported = [...code.matchAll(/^import .*?from "([^"]+)";$/gm)].map(([, name = ""]) => name);
  expect([...new Set(imported)].filter((name) => !/^(?:node:|buffer$|process$)/.test(name))).toEqual([
    "@dagger.io/dagger",
  ]);
  expect(code).not.toContain(root);
});

test("its tree depends on the runtime's TypeScript alone, and has all else for those who develop", async () => {
  const { json } = await bundled();
  const own = JSON.parse(await readFile("package.json", "utf8"));
  const { typescript: _, ...moved } = own.dependencies;
  const expected = {
    dependencies: { typescript: "5.9.3" },
    devDependencies: { ...moved, ...own.devDependencies },
  };
  expect(await json("package.json")).toMatchObject({ name: "slipway", scripts: own.scripts, ...expected });
  expect(await json("package-lock.json")).toMatchObject({
    packages: { "": expected, "node_modules/typescript": { version: "5.9.3" } },
  });
  expect(await json("dagger.json")).toMatchObject({
    name: "slipway",
    include: [
      "!**/*",
      "dagger.json",
      "package.json",
      "package-lock.json",
      ".npmrc",
      "tsconfig.json",
      "src/**",
      "bundle/**",
    ],
  });
});
