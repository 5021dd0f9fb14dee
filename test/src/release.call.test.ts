import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releaseSchema } from "#pipelines/release/record.ts";
import { goTool } from "../../ci/engine/go-tool.ts";
import { exampleDatabase } from "../../ci/engine/vulnerability-db.ts";

const execute = promisify(execFile);
const root = new URL("../..", import.meta.url).pathname;

let folder: string;
let database: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-released-"));
  database = `--vulnerability-db=${dirname(await exampleDatabase())}`;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const most = { maxBuffer: 64 * 1024 * 1024 };

/** `npm run ci -- ARGS…`, as the README shows it. */
async function ci(...args: readonly string[]) {
  return execute("npm", ["run", "--silent", "ci", "--", ...args], { cwd: root, ...most });
}

/** Runs a program outside our code and hands back what it printed. */
async function by(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const { stdout } = await execute(program, args, { env: { ...process.env, ...env }, ...most });
  return stdout.trim();
}

test("the example is released as the README shows, and cosign, crane, kustomize and git agree with release.json", async () => {
  const first = await ci("release", database);
  expect(first.stdout).toMatch(/^Released: [0-9a-f]{40}/m);
  // SBOMs and attestations, megabytes in one line, are for files and not for a CI system's log.
  expect(Math.max(...first.stderr.split("\n").map((line) => line.length))).toBeLessThan(100_000);
  const places = new Map(
    [...first.stderr.matchAll(/^ {2}(\S.{0,12}?) {2,}(\S.*)$/gm)].map(([, what = "", where = ""]) => [
      what,
      where,
    ]),
  );
  const place = (what: string) => places.get(what) ?? `no place of ${what}`;

  const reports = join(folder, "reports");
  await ci("release-reports", database, "export", `--path=${reports}`);
  const record = releaseSchema.parse(JSON.parse(await readFile(join(reports, "release.json"), "utf8")));
  expect(record.outcome).toBe("released");
  expect(record.images.map(({ service }) => service)).toEqual(["orders", "notifier"]);
  expect(record.images.flatMap(({ tags }) => tags.map(({ effect }) => effect))).toEqual(["there", "there"]);
  expect(record.bump?.outcome).toBe("unchanged");
  expect(await by("git", ["-C", root, "rev-parse", "HEAD"])).toBe(record.source.commit);

  const git = (...args: string[]) => by("git", ["--git-dir", place("GitOps"), ...args]);
  expect(await git("rev-parse", "main")).toBe(record.bump?.commit);
  const message = await git("log", "-1", "--format=%B", "main");
  const clone = join(folder, "deploy");
  await by("git", ["clone", "--quiet", place("GitOps"), clone]);
  const rendered = await by(await goTool("kustomize"), ["build", join(clone, "overlays/staging")]);

  const env = { SSL_CERT_FILE: place("its authority"), DOCKER_CONFIG: join(folder, "docker") };
  const address = place("registry").split(",")[0] ?? "";
  const password = await readFile(place("its password"), "utf8");
  await by(place("crane"), ["auth", "login", address, "-u", "slipway", "-p", password], env);
  for (const { name, digest, tags } of record.images) {
    const local = name.replace(/^[^/]+/, address);
    expect(await by(place("crane"), ["digest", `${local}:${tags[0]?.tag}`], env)).toBe(digest);
    expect(message).toContain(`Slipway-Image: ${name}@${digest}`);
    expect(rendered).toContain(`${name}:${tags[0]?.tag}@${digest}`);
    const key = [`--key=${place("public key")}`, "--insecure-ignore-tlog=true", `${local}@${digest}`];
    const offline = { ...env, SIGSTORE_ROOT_FILE: "/dev/null" };
    expect(await by(place("cosign"), ["verify", ...key], offline)).toContain(digest);
    for (const type of ["spdxjson", "cyclonedx", "vuln", "slsaprovenance1"]) {
      expect(await by(place("cosign"), ["verify-attestation", `--type=${type}`, ...key], offline)).toContain(
        "payload",
      );
    }
  }

  const [image] = record.images;
  const held = await ci("verify", `--image=${image?.name}@${image?.digest}`);
  expect(held.stdout).toContain("Passed: 7 checks.");
  const none = ci("verify", `--image=${image?.name}@sha256:${"0".repeat(64)}`);
  await expect(none).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("IMAGE_NOT_FOUND: ") });
});
