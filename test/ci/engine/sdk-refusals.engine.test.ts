import { describe, expect, it } from "vitest";
import { dagger, daggerJson, packageJson, repository, saying } from "./sdk-module.ts";

/** Makes a module `small` of these files and hands back all that a call of `say` printed; it has to fail. */
async function refusal(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await repository({
    "dagger.json": daggerJson("small"),
    "package.json": packageJson(),
    "src/index.ts": saying("Small", 'return "said";'),
    ...files,
  });
  const { exitCode, stdout, stderr } = await dagger(root, "call", "say");
  expect(exitCode, stdout).not.toBe(0);
  return stderr;
}

describe("as with the official runtime, a module fails", () => {
  it("if it imports what lies above its source directory", async () => {
    const imports = 'import { above } from "../../above.ts";';
    const told = await refusal({
      "dagger.json": daggerJson("small", { source: "code" }),
      "above.ts": 'export const above = "above";',
      "code/package.json": packageJson(),
      "code/src/index.ts": saying("Small", "return above;", imports),
    });
    expect(told).toMatch(/above\.ts/);
  });

  it("if a type of its functions is defined outside SOURCE/src", async () => {
    const told = await refusal({
      "lib/card.ts": "export class Card { text = 'card' }",
      "src/index.ts": saying("Small", 'return "";', 'import { Card } from "../lib/card.ts";').replace(
        "say(): string",
        "say(card: Card): string",
      ),
    });
    expect(told).toMatch(/could not resolve type reference for Card/);
  });

  it.each([
    ["bun", { dagger: { runtime: "bun" } }],
    ["yarn", {}],
  ])("if a dependency is a folder, which is not there yet when %s installs", async (_, settings) => {
    const dependencies = { typescript: "~5.9.3", local: "file:./local" };
    const told = await refusal({
      "package.json": packageJson({ ...settings, dependencies }),
      "local/package.json": JSON.stringify({ name: "local", version: "1.0.0", main: "index.js" }),
      "local/index.js": "exports.local = 'local';",
      "src/index.ts": saying("Small", "return local;", 'import { local } from "local";'),
    });
    expect(told).toMatch(/local@file:.* failed to resolve|"local" refers to a non-existing file/);
  });

  it("if it asks npm for exactly the typescript that the runtime mounts, among others", async () => {
    const told = await refusal({
      "package.json": packageJson({
        packageManager: "npm@10.9.0",
        dependencies: { typescript: "5.9.3", yaml: "^2.8.0" },
      }),
    });
    expect(told).toMatch(/EBUSY/);
  });

  it("if packageManager says no version", async () => {
    const told = await refusal({ "package.json": packageJson({ packageManager: "npm" }) });
    expect(told).toMatch(/packageManager version is missing/);
  });

  it("if dagger.runtime is unknown", async () => {
    const told = await refusal({ "package.json": packageJson({ dagger: { runtime: "rhino" } }) });
    expect(told).toMatch(/unsupported runtime "rhino"/);
  });

  it("if its dagger.baseImage cannot be had: that image is asked for, and no other", async () => {
    const baseImage = "localhost:1/own/base:1";
    const told = await refusal({ "package.json": packageJson({ dagger: { baseImage } }) });
    expect(told).toContain(baseImage);
  });

  it("if it returns a type of a module that it depends on", async () => {
    const source = saying(
      "Small",
      "return dag.other();",
      'import { dag, type Other } from "@dagger.io/dagger";',
    );
    const told = await refusal({
      "dagger.json": daggerJson("small", { dependencies: [{ name: "other", source: "other" }] }),
      "src/index.ts": source.replace("say(): string", "say(): Other"),
      "other/dagger.json": daggerJson("other"),
      "other/package.json": packageJson(),
      "other/src/index.ts": saying("Other", 'return "other";'),
    });
    expect(told).toMatch(/cannot return external type from dependency module "other"/);
  });
});

it("refuses Deno with a code, and says what to do", async () => {
  const told = await refusal({ "package.json": "{}", "deno.json": "{}" });
  expect(told).toMatch(/RUNTIME_UNSUPPORTED: .*Deno.*"bun"/);
});

it("reads the types of a module without running it", async () => {
  const root = await repository({
    "dagger.json": daggerJson("small"),
    "package.json": packageJson(),
    "src/index.ts": `${saying("Small", 'return "said";')}\nthrow new Error("RAN: the module ran");\n`,
  });
  const listed = await dagger(root, "functions");
  expect(listed.stdout).toMatch(/^say +Says something/m);
  expect((await dagger(root, "call", "say")).stderr).toContain("RAN: the module ran");
});
