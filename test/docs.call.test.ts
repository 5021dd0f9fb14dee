import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { kebab } from "../ci/scripts/reference/module-page.ts";
import { dagger } from "./dagger.ts";
import { blocksIn } from "./markdown.ts";

const root = new URL("..", import.meta.url).pathname;

/** The commands of a README's `sh` blocks that call Dagger, a line each. */
async function commandsOf(file: string): Promise<string[]> {
  return (await blocksIn(file, "sh"))
    .flatMap((block) => block.replaceAll(/ \\\n */g, " ").split("\n"))
    .filter((line) => line.startsWith("dagger "));
}

/** Splits a command at its blanks; the READMEs need no quoting. */
const words = (command: string) => command.split(" ").slice(1);

/** The kustomize module's own call test runs its README to the letter, in a repository that its commands change. */
const modules = (await readdir("modules")).filter((name) => name !== "kustomize");

/** Their commands are for servers of the reader's: here it is held that there are such functions and options. */
const forServers = new Set(["registry", "cosign", "gitops", "forge", "argocd", "prometheus"]);

describe.each(modules)("the README of modules/%s", (name) => {
  test("shows commands that run", async () => {
    const commands = await commandsOf(`modules/${name}/README.md`);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const call = await dagger([...words(command), ...(forServers.has(name) ? ["--help"] : [])], root);
      expect(`${command}: ${call.exitCode === 0 ? "ok" : call.stderr.slice(-1500)}`).toBe(`${command}: ok`);
    }
  });

  test("and --help names every function", async () => {
    const help = await dagger(["call", "-m", `modules/${name}`, "--help"], root);
    expect(help.exitCode).toBe(0);
    const source = await readFile(`modules/${name}/src/index.ts`, "utf8");
    const functions = [...source.matchAll(/@func\([^)]*\)\s+(?:async )?(\w+)\(/g)].map(([, each = ""]) =>
      kebab(each),
    );
    expect(functions.length).toBeGreaterThan(0);
    for (const each of functions) expect(help.stdout).toContain(each);
  });
});
