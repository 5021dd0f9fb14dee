import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { ended } from "../../../ci/program.ts";
import { jobScript } from "./job-script.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-job-"));
  for (const each of ["bin", "temporary", "mirror/0.19.10"])
    await mkdir(join(folder, each), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** A job's environment: a shell runner's, whose temporary files outlive the job. */
const settings = () => ({
  PATH: `${folder}/bin:/usr/bin:/bin`,
  TMPDIR: join(folder, "temporary"),
  SLIPWAY_FUNCTION: "ci",
  SLIPWAY_REPORTS: "reports",
  SLIPWAY_DAGGER_VERSION: "0.19.10",
  SLIPWAY_MODULE: "nowhere",
});

const left = () => readdir(join(folder, "temporary"));
const job = async (more: Readonly<Record<string, string>>) =>
  ended("sh", ["-c", await jobScript()], { cwd: folder, env: { ...settings(), ...more } });

test("a job that is refused leaves no temporary file", async () => {
  const { exitCode, stderr } = await job({ CI_COMMIT_BRANCH: "a\nb" });
  expect([exitCode, stderr.split(":")[0]]).toEqual([2, "ARGUMENT_INVALID"]);
  expect(await left()).toEqual([]);
});

test("a job that downloads the CLI keeps no archive beside it, and nothing of it at the end", async () => {
  const archive = `dagger_v0.19.10_linux_${process.arch === "arm64" ? "arm64" : "amd64"}.tar.gz`;
  const mirror = join(folder, "mirror/0.19.10");
  // The CLI sees the folder while the job runs; Dagger's own has 100 MB, and tells no more.
  const listing = join(folder, "listing");
  await writeFile(join(folder, "dagger"), `#!/bin/sh\nls "$TMPDIR"/* >'${listing}'\nexit 1\n`, {
    mode: 0o755,
  });
  await promisify(execFile)("tar", ["-czf", join(mirror, archive), "-C", folder, "dagger"]);
  const sum = createHash("sha256").update(await readFile(join(mirror, archive)));
  await writeFile(join(mirror, "checksums.txt"), `${sum.digest("hex")}  ${archive}\n`);
  const { exitCode, stderr } = await job({ DAGGER_DOWNLOADS: `file://${folder}/mirror` });
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^ENGINE_UNREACHABLE: /m)]);
  const files = (await readFile(listing, "utf8")).split("\n");
  expect(files).toEqual(expect.arrayContaining(["bin", "call.sh", "cli.sh", "job.sh"]));
  expect(files.filter((name) => /\.gz$|checksums/.test(name))).toEqual([]);
  expect(await left()).toEqual([]);
});

test("a job that is cancelled lets dagger come to its end, and leaves no temporary file", async () => {
  // Ends a second after it is told to, as a session does that an engine has to close.
  const dagger = [
    "#!/bin/sh",
    'test "$1" = call || exit 0',
    // It runs in another folder than the job.
    `trap 'sleep 1; touch "${folder}/closed"; exit 1' TERM`,
    `touch "${folder}/called"`,
    "while :; do sleep 0.1; done",
  ];
  await writeFile(join(folder, "bin/dagger"), `${dagger.join("\n")}\n`, { mode: 0o755 });
  const child = spawn("sh", ["-c", await jobScript()], {
    cwd: folder,
    env: settings(),
    detached: true,
    stdio: "ignore",
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("no shell has started");
  while (!existsSync(join(folder, "called"))) await sleep(50);
  const over = once(child, "close");
  // What a runner does: SIGTERM to the group of the job's shell, which itself ends at once.
  process.kill(-pid, "SIGTERM");
  await over;
  for (let tries = 0; tries < 100 && (await left()).length > 0; tries += 1) await sleep(50);
  expect(existsSync(join(folder, "closed"))).toBe(true);
  expect(await left()).toEqual([]);
});

test("what checks may be ended by a newer commit, what releases may not", async () => {
  const [, template] = parseAllDocuments(await readFile("ci/gitlab/slipway.yml", "utf8"));
  expect(template?.getIn(["$[[ inputs.job ]]", "extends", 1])).toBe(".slipway-$[[ inputs.function ]]");
  expect(template?.getIn([".slipway-ci", "interruptible"])).toBe(true);
  expect(template?.getIn([".slipway-release", "interruptible"])).toBe(false);
});
