import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { $ } from "zx";

const fixtures = fileURLToPath(new URL("../../fixtures/runtime-modules/", import.meta.url));

/** What a call of the command line client came to. */
export interface Answer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of two calls with a module at `.`, engine 0.19 may ask the other one for its files, which has ended. */
const mixedUp = /session for "\w+" not found/;

/** Runs the real `dagger` in a folder; a failure is an answer too. */
export async function dagger(cwd: string, ...args: readonly string[]): Promise<Answer> {
  const cli = process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger";
  const run = () => $({ cwd, quiet: true, nothrow: true })`${cli} --progress=plain ${args}`;
  const first = await run();
  const { exitCode, stdout, stderr } = mixedUp.test(first.stderr) ? await run() : first;
  return { exitCode, stdout: stdout.trim(), stderr };
}

/** Runs `dagger call` and hands back what the function returned; fails with all that was printed. */
export async function called(cwd: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await dagger(cwd, "call", ...args);
  if (exitCode !== 0) throw new Error(`dagger call ${args.join(" ")}: exit code ${exitCode}\n${stderr}`);
  return stdout;
}

/** Makes a temporary git repository of the files given by path and text. */
export async function repository(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "slipway-sdk-"));
  await $({ cwd: root, quiet: true })`git init -q`;
  await write(root, files);
  return root;
}

/** Makes a temporary git repository of a fixture's files. */
export async function fixture(name: string, changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = await repository({});
  await cp(join(fixtures, name), root, { recursive: true });
  await write(root, changes);
  return root;
}

/** Writes files by path and text below a folder. */
export async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** The text of a dagger.json of a TypeScript module. */
export function daggerJson(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ name, engineVersion: "v0.19.10", sdk: { source: "typescript" }, ...more });
}

/** The text of a package.json. */
export function packageJson(more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ type: "module", dependencies: { typescript: "5.9.3" }, ...more });
}

/** The source of a module with one function, `say`, whose body is given. */
export function saying(className: string, body: string, imports = ""): string {
  return `import { func, object } from "@dagger.io/dagger";
${imports}
@object()
export class ${className} {
  /** Says something */
  @func()
  say(): string {
    ${body}
  }
}
`;
}
