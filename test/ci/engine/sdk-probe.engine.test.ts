import { rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { called, dagger, fixture, packageJson } from "./sdk-module.ts";

const looksSchema = z.object({
  here: z.string(),
  cwd: z.string(),
  above: z.array(z.array(z.string())),
  bun: z.string().optional(),
  node: z.string(),
  side: z.string().optional(),
  answer: z.string(),
  generated: z.boolean(),
  development: z.boolean(),
  npm: z.boolean(),
  yarn: z.boolean(),
});

type Looks = z.infer<typeof looksSchema>;

const look = async (module: string): Promise<Looks> =>
  looksSchema.parse(JSON.parse(await called(module, "look")));

describe("a Node module with packageManager npm and a package-lock.json", () => {
  let tool = "";
  let seen: Looks;

  beforeAll(async () => {
    tool = join(await fixture("probe"), "tool");
    seen = await look(tool);
  });

  it("has its source directory alone at /src/SUBPATH, and nothing above it", () => {
    expect(seen.here).toBe("/src/tool/code/src");
    expect(seen.above).toEqual([["tool"], ["code"]]);
  });

  it("is called in another directory than its own", () => {
    expect(seen.cwd).toBe("/scratch");
  });

  it("runs by the Node of the official runtime", () => {
    expect(seen.bun).toBeUndefined();
    expect(seen.node).toBe("v22.11.0");
  });

  it("has its dependencies installed by npm, without those for development", () => {
    expect(seen).toMatchObject({ npm: true, yarn: false, development: false });
  });

  it("has every .ts below src imported at a call, whether or not anything imports it", () => {
    expect(seen.side).toBe("imported");
  });

  it("resolves the generated SDK and its dependencies from anywhere below its root", () => {
    expect(seen.generated).toBe(true);
    expect(seen.answer).toBe("engine: v0.19.10");
  });
});

it("installs by yarn without a packageManager and a lock file of npm", async () => {
  const root = await fixture("probe", {
    "tool/code/package.json": packageJson({ dependencies: { typescript: "~5.9.3", yaml: "^2.8.0" } }),
  });
  await rm(join(root, "tool/code/package-lock.json"));
  expect(await look(join(root, "tool"))).toMatchObject({ npm: false, yarn: true, node: "v22.11.0" });
});

describe("a module whose package.json says that Bun runs it", () => {
  let tool = "";
  let seen: Looks;

  beforeAll(async () => {
    const dependencies = { typescript: "~5.9.3", yaml: "^2.8.0" };
    const manifest = packageJson({ dependencies, dagger: { runtime: "bun" } });
    tool = join(await fixture("probe", { "tool/code/package.json": manifest }), "tool");
    seen = await look(tool);
  });

  it("runs by the Bun of the official runtime, which installs too", () => {
    expect(seen).toMatchObject({ bun: "1.3.0", npm: false, yarn: false });
  });

  it("finds around itself what a Node module finds", () => {
    const { here, above, cwd } = seen;
    expect({ here, above, cwd }).toEqual({
      here: "/src/tool/code/src",
      above: [["tool"], ["code"]],
      cwd: "/scratch",
    });
    expect(seen).toMatchObject({ side: "imported", generated: true, answer: "engine: v0.19.10" });
  });

  it("takes arguments that are enums, and returns objects of its own", async () => {
    expect(await called(tool, "greet", "--level", "HIGH", "--name", "you")).toBe("HELLO YOU");
    expect(await called(tool, "card", "--text", "Ada", "name")).toBe("Ada");
  });

  it("may have an interface of its own as an argument, which the command line cannot give", async () => {
    const listed = await dagger(tool, "functions");
    expect(`${listed.stdout}${listed.stderr}`).toMatch(/unsupported types: read/);
  });

  it("gets a contextual directory by default", async () => {
    expect(await called(tool, "listed")).toMatch(/dagger\.json/);
  });

  it("has its functions' results kept, by argument, unless a function says never", async () => {
    const first = await called(tool, "stamp", "--seed", "a");
    expect(await called(tool, "stamp", "--seed", "a")).toBe(first);
    expect(await called(tool, "stamp", "--seed", "b")).not.toBe(first);
    expect(await called(tool, "fresh")).not.toBe(await called(tool, "fresh"));
  });

  it("hands on an error's message and nothing else of it", async () => {
    const failed = await dagger(tool, "call", "fail");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.stderr).toContain("PROBE_FAILED: on purpose");
    expect(failed.stderr).not.toContain("detail-that-stays");
  });

  it("lists its @check functions, and runs them", async () => {
    const listed = await dagger(tool, "check", "-l");
    expect(listed.stdout).toMatch(/^holds /m);
    expect(listed.stdout).toMatch(/^breaks /m);
    expect(await dagger(tool, "check", "holds")).toMatchObject({ exitCode: 0 });
    expect((await dagger(tool, "check", "breaks")).exitCode).not.toBe(0);
  });
});
