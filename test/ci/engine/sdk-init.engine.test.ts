import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { called, dagger, repository, saying, write } from "./sdk-module.ts";

describe("dagger init --sdk=typescript", () => {
  let root = "";

  beforeAll(async () => {
    root = await repository({});
    const made = await dagger(root, "init", "--sdk=typescript", "--name=my-first", "--license=");
    expect(made.exitCode, made.stderr).toBe(0);
  });

  const text = (path: string) => readFile(join(root, path), "utf8");

  it("writes a first source whose class has the module's name", async () => {
    expect(await text("src/index.ts")).toMatch(/^export class MyFirst \{$/m);
  });

  it("writes package.json, a lock file of yarn and a tsconfig that resolves the SDK", async () => {
    expect(JSON.parse(await text("package.json"))).toEqual({
      type: "module",
      dependencies: { typescript: "5.9.3" },
    });
    expect(await text("yarn.lock")).toContain("typescript@5.9.3");
    expect(await text("tsconfig.json")).toContain('"./sdk/index.ts"');
  });

  it("writes the SDK, and keeps it out of git", async () => {
    const files = ["client.gen.ts", "core.d.ts", "core.js", "index.ts", "telemetry.ts"];
    expect((await readdir(join(root, "sdk"))).sort()).toEqual(files);
    expect(await text(".gitignore")).toContain("/sdk");
    expect(await text(".gitattributes")).toContain("/sdk/** linguist-generated");
  });

  it("writes a module that can be called", async () => {
    await write(root, { "src/index.ts": saying("MyFirst", 'return "said";') });
    expect(await called(root, "say")).toBe("said");
  });

  it("is followed by dagger develop, which keeps the source and the settings", async () => {
    const tsconfig = '{\n  // strict\n  "compilerOptions": { "strict": true, },\n}\n';
    await write(root, { "tsconfig.json": tsconfig });
    await rm(join(root, "sdk"), { recursive: true });
    const developed = await dagger(root, "develop");
    expect(developed.exitCode, developed.stderr).toBe(0);
    expect(existsSync(join(root, "sdk/client.gen.ts"))).toBe(true);
    expect(await text("src/index.ts")).toContain('return "said"');
    expect(JSON.parse(await text("tsconfig.json"))).toMatchObject({
      compilerOptions: { strict: true, experimentalDecorators: true },
    });
  });
});

describe("dagger init --sdk=go", () => {
  it("writes a module that can be called", async () => {
    const root = await repository({});
    const made = await dagger(root, "init", "--sdk=go", "--name=small", "--license=");
    expect(made.exitCode, made.stderr).toBe(0);
    await write(root, {
      "main.go": 'package main\n\ntype Small struct{}\n\nfunc (m *Small) Say() string { return "said" }\n',
    });
    expect(await called(root, "say")).toBe("said");
  });
});
