import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { file, overlay, shopFiles, staging } from "./shop.ts";

const run = promisify(execFile);
const module = resolve(import.meta.dirname, "../../../modules/kustomize");

let repository: string;

beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), "slipway-kustomize-"));
  for (const [path, text] of Object.entries(shopFiles)) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
  }
});

afterAll(() => rm(repository, { recursive: true }));

const call = (...args: readonly string[]) =>
  run(
    process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger",
    ["call", "--progress=plain", "-m", module, ...args],
    { cwd: repository },
  );

/** Runs a command of the README, which has to stand there to the letter. */
async function example(...args: readonly string[]) {
  const readme = await readFile(join(module, "README.md"), "utf8");
  expect(readme).toContain(`dagger call -m modules/kustomize ${args.join(" ")}\n`);
  return call(...args);
}

const source = ["--source=.", `--overlay=${overlay}`];

test("set-images exports a repository with that one value changed", async () => {
  await example("set-images", ...source, "--images=orders=ghcr.io/acme/orders:1.10", "export", "--path=.");
  expect(await readFile(join(repository, file), "utf8")).toBe(staging.replace('"1.0"', '"1.10"'));
  expect(await readFile(join(repository, "README.md"), "utf8")).toBe(shopFiles["README.md"]);
});

test("build prints the manifests", async () => {
  const { stdout } = await example("build", ...source, "contents");
  expect(stdout).toContain("image: ghcr.io/acme/orders:1.10\n");
});

test("verify prints what differs", async () => {
  const { stdout } = await example("verify", "--before=.", "--after=.", `--overlay=${overlay}`);
  expect(stdout.trim()).toBe("nothing changed");
});

test("a refusal reaches the caller with its code", async () => {
  const refused = call("set-images", ...source, "--images=orders:$(id)");
  await expect(refused).rejects.toMatchObject({ stderr: expect.stringMatching(/TAG_INVALID: .*\$\(id\)/) });
});

test("the help says what each function takes", async () => {
  const { stdout } = await call("set-images", "--help");
  for (const flag of ["--source", "--overlay", "--images", "--replace-digest"])
    expect(stdout).toContain(flag);
});
