import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { publicBy, type ReleaseRecord, writeRecord } from "#pipelines/release/record.ts";
import { sh } from "../sh.ts";

const script = new URL("../../../ci/github/run.sh", import.meta.url).pathname;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-outputs-"));
});
afterEach(() => rm(folder, { recursive: true }));

const digest = (character: string) => `sha256:${character.repeat(64)}`;

/** The release.json of images by these names; digests of platforms and evidence stand in it too, and are none of an image. */
function record(names: readonly string[], outcome: ReleaseRecord["outcome"]): string {
  const images: ReleaseRecord["images"] = names.map((name, at) => ({
    service: `service${at}`,
    name,
    digest: digest(`${at + 1}`),
    platforms: [{ platform: "linux/amd64", digest: digest("8") }],
    published: true,
    attestations: [{ type: "sbom", of: digest("9"), at: `${name}@${digest("7")}` }],
    replicas: [{ name: "replica.example.com/shop" }],
    tags: [{ tag: "v1", effect: "made" }],
  }));
  return writeRecord({
    version: 1,
    outcome,
    source: { commit: "a".repeat(40), time: "2026-03-01T10:00:00Z", tag: "v1" },
    slipway: "0.1.0",
    began: "2026-03-01T10:00:00Z",
    ended: "2026-03-01T10:05:00Z",
    verdict: "passed",
    images,
    ...(outcome === "published" ? { evidence: digest("e") } : {}),
    notes: [],
    public: [...publicBy(images, undefined)],
  });
}

/** Runs the action's call of a release by a dagger that leaves this record: an engine would need minutes to make it. */
async function released(text: string) {
  await writeFile(join(folder, "record"), text);
  const stand = `test "$1" = call || exit
for path do :; done
mkdir -p "\${path#--path=}" && cp '${folder}/record' "\${path#--path=}/release.json"`;
  await writeFile(join(folder, "dagger"), `#!/bin/sh\n${stand}\n`, { mode: 0o755 });
  await promisify(execFile)("git", ["init", "--quiet", folder]);
  const env = {
    PATH: `${folder}:/usr/bin:/bin`,
    SLIPWAY_FUNCTION: "release",
    SLIPWAY_MODULE: "",
    SLIPWAY_ARGUMENTS: "",
    SLIPWAY_SOURCE: ".",
    SLIPWAY_REPORTS: "reports",
    SLIPWAY_DEFAULT_BRANCH: "main",
    SLIPWAY_PULL_REQUEST: "",
    GITHUB_OUTPUT: join(folder, "outputs"),
  };
  const { exitCode, stderr } = await sh(script, env, folder);
  return { exitCode, stderr, outputs: await readFile(join(folder, "outputs"), "utf8") };
}

const orders = "registry.example.com:5000/shop/orders";
const web = "registry.example.com:5000/shop/web-1.0";

test.each<[string, readonly string[], string]>([
  ["one image", [orders], digest("1")],
  ["two images", [orders, web], ""],
  ["no image", [], ""],
])("a release of %s has its outputs", async (_what, names, one) => {
  const { exitCode, outputs, stderr } = await released(record(names, "released"));
  expect(exitCode, stderr).toBe(0);
  const listed = names.map((name, at) => `${name}@${digest(`${at + 1}`)}\n`).join("") || "\n";
  const [, token] = /^images<<([0-9a-f]{32})$/m.exec(outputs) ?? [];
  expect(outputs).toBe(`verdict=passed\ndigest=${one}\nevidence=\nimages<<${token}\n${listed}${token}\n`);
});

test("a release that another job signs has its evidence as an output", async () => {
  const { exitCode, outputs } = await released(record([orders], "published"));
  expect(exitCode).toBe(0);
  expect(outputs).toContain(`verdict=passed\ndigest=${digest("1")}\nevidence=${digest("e")}\n`);
});

test("a release that did not come to its end names no image", async () => {
  const { exitCode, outputs, stderr } = await released(record([orders], "incomplete"));
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^RELEASE_INCOMPLETE: /m);
  expect(outputs).toMatch(/^verdict=errored\ndigest=\nevidence=\nimages<<([0-9a-f]{32})\n\n\1\n$/);
});
