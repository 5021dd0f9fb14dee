import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sh } from "../sh.ts";

const execute = promisify(execFile);
const script = new URL("../../../ci/github/setup.sh", import.meta.url).pathname;
const machine = process.arch === "x64" ? "amd64" : process.arch;
const archive = `dagger_v0.19.10_${process.platform}_${machine}.tar.gz`;

let folder: string;
/** A mirror in a folder, in the shape of Dagger's: curl reads it as it reads https. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-setup-"));
  const release = join(folder, "mirror/0.19.10");
  await mkdir(release, { recursive: true });
  await writeFile(join(folder, "dagger"), "#!/bin/sh\necho 'dagger v0.19.10 (x) y'\n");
  await chmod(join(folder, "dagger"), 0o755);
  await execute("tar", ["-czf", join(release, archive), "-C", folder, "dagger"]);
  const sum = createHash("sha256")
    .update(await readFile(join(release, archive)))
    .digest("hex");
  await writeFile(join(release, "checksums.txt"), `${"0".repeat(64)}  other.tar.gz\n${sum}  ${archive}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

async function setup(env: Readonly<Record<string, string>> = {}) {
  const path = join(folder, "path");
  await writeFile(path, "");
  const variables = {
    PATH: "/usr/bin:/bin",
    DAGGER_VERSION: "0.19.10",
    DAGGER_DOWNLOADS: `file://${folder}/mirror`,
    RUNNER_TEMP: join(folder, "temp"),
    GITHUB_PATH: path,
    ...env,
  };
  return { ...(await sh(script, variables, folder)), path: (await readFile(path, "utf8")).trim() };
}

test("the CLI is downloaded, held against its checksum, and put on PATH", async () => {
  const { exitCode, path } = await setup();
  expect(exitCode).toBe(0);
  expect((await execute(join(path, "dagger"))).stdout).toContain("v0.19.10");
});

test("one that is on PATH and new enough is taken, one that is too old is not", async () => {
  const bin = (version: string) => join(folder, `bin-${version}`);
  for (const version of ["0.20.3", "0.9.11"]) {
    await mkdir(bin(version));
    await writeFile(join(bin(version), "dagger"), `#!/bin/sh\necho 'dagger v${version} (x) y'\n`);
    await chmod(join(bin(version), "dagger"), 0o755);
  }
  expect((await setup({ PATH: `${bin("0.20.3")}:/usr/bin:/bin` })).path).toBe("");
  expect((await setup({ PATH: `${bin("0.9.11")}:/usr/bin:/bin` })).path).toContain("dagger-0.19.10");
});

test.each(["another archive than the checksum's", "no checksum"])("%s is refused", async (what) => {
  const sums = join(folder, "mirror/0.19.10/checksums.txt");
  const text = await readFile(sums, "utf8");
  const wrong = `${"1".repeat(64)}  ${archive}\n`;
  await writeFile(sums, what === "no checksum" ? "" : wrong);
  const { exitCode, stderr, path } = await setup();
  await writeFile(sums, text);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^ENGINE_MISSING: /);
  expect(path).toBe("");
});

test.each(["latest", "../0.19.10", "0.19.10 x", "", "$(touch x)"])("%j is no version", async (version) => {
  const { exitCode, stderr } = await setup({ DAGGER_VERSION: version });
  expect([exitCode, stderr.split(":")[0]]).toEqual([2, "ARGUMENT_INVALID"]);
});

test("a version that is not to be had is ENGINE_MISSING", async () => {
  expect((await setup({ DAGGER_VERSION: "0.19.99" })).stderr).toMatch(/^ENGINE_MISSING: .*0\.19\.99/m);
});
