import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { architecture } from "../../../ci/engine/images/architecture.ts";
import { writeLayer } from "../../../ci/engine/images/layer.ts";
import { ImageUnknown, type StandIn } from "../../../ci/engine/images/stand-in.ts";
import { registryServer } from "../../../ci/engine/registry.ts";
import { type Crane, startCrane } from "../../../ci/engine/registry-crane.ts";

const blob = z.object({ digest: z.string(), size: z.number() });
const platform = z.object({ architecture: z.string(), os: z.string() });
const indexSchema = z.object({ manifests: z.array(blob.extend({ platform })) });
const manifestSchema = z.object({ config: blob, layers: z.array(blob) });
const folder = { path: "", cache: process.env.SLIPWAY_CACHE };
const running: { server?: Server; crane?: Crane; url: string } = { url: "" };
const builds: string[] = [];
/** The layer that is put upon each image. */
const above: { folder?: string } = {};
const failures: Error[] = [];

const tiny: StandIn = {
  repository: "library/tiny",
  tags: ["1", "1-slim"],
  versions: /^2\.\d+$/,
  madeOf: "one file",
  recipe: "test",
  async build(work, tag) {
    builds.push(tag);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const failure = failures.shift();
    if (failure) throw failure;
    await mkdir(join(work, "root"));
    await writeFile(join(work, "root", "hello"), "hello\n");
    await writeLayer(join(work, "root"), join(work, "layer"));
    return { layers: [join(work, "layer")], config: { Cmd: ["/hello"], Env: ["A=b"] } };
  },
};

const twofold: StandIn = {
  ...tiny,
  repository: "library/twofold",
  foreign: true,
  async build(work, tag, log, architecture) {
    const built = await tiny.build(work, tag, log, architecture);
    builds.splice(-1, 1, architecture);
    return built;
  },
};

beforeEach(async () => {
  folder.path = await mkdtemp(join(tmpdir(), "slipway-registry-"));
  const store = join(folder.path, "blobs");
  const crane = startCrane(store);
  running.crane = await crane;
  process.env.SLIPWAY_CACHE = folder.path;
  builds.length = 0;
  failures.length = 0;
  delete above.folder;
  const server = registryServer({
    standIns: [tiny, twofold],
    store,
    behind: async () => (await crane).port,
    above: async () => above.folder,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  running.server = server;
  running.url = `http://127.0.0.1:${address && typeof address === "object" ? address.port : 0}/v2`;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  running.server?.closeAllConnections();
  running.server?.close();
  await running.crane?.stop();
  if (folder.cache === undefined) delete process.env.SLIPWAY_CACHE;
  else process.env.SLIPWAY_CACHE = folder.cache;
  await rm(folder.path, { recursive: true, force: true });
});

const manifest = (name: string, method = "GET") =>
  fetch(`${running.url}/library/${name.replace(":", "/manifests/")}`, { method });

test("an image is built when it is first asked for, and its blobs can be had by digest", async () => {
  const head = await manifest("tiny:1", "HEAD");
  expect(head.status).toBe(200);
  const digest = head.headers.get("docker-content-digest");
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  const byDigest = await manifest(`tiny:${digest}`);
  expect(byDigest.headers.get("content-type")).toBe("application/vnd.oci.image.manifest.v1+json");
  const { config, layers } = manifestSchema.parse(await byDigest.json());
  const configuration = await (await fetch(`${running.url}/library/tiny/blobs/${config.digest}`)).json();
  expect(configuration).toMatchObject({ os: "linux", config: { Cmd: ["/hello"], Env: ["A=b"] } });
  const layer = await fetch(`${running.url}/library/tiny/blobs/${layers[0]?.digest}`);
  expect((await layer.arrayBuffer()).byteLength).toBe(layers[0]?.size);
  expect(builds).toEqual(["1"]);
});

test("a further layer lies upon an image's own, in the manifest, the configuration and its history", async () => {
  const bare = manifestSchema.parse(await (await manifest("tiny:1")).json());
  above.folder = join(folder.path, "above");
  await mkdir(join(folder.path, "root"));
  await writeFile(join(folder.path, "root", "more"), "more\n");
  const more = await writeLayer(join(folder.path, "root"), above.folder);
  const { config, layers } = manifestSchema.parse(await (await manifest("tiny:1")).json());
  expect(layers).toEqual([...bare.layers, expect.objectContaining({ digest: more.digest, size: more.size })]);
  const configuration = await (await fetch(`${running.url}/library/tiny/blobs/${config.digest}`)).json();
  expect(configuration).toMatchObject({
    config: { Cmd: ["/hello"] },
    rootfs: { diff_ids: [expect.any(String), more.diffId] },
    history: [{}, {}],
  });
  expect(builds).toEqual(["1"]);
});

test("two requests at once and two tags of one image build it once", async () => {
  const answers = await Promise.all([
    manifest("tiny:1"),
    manifest("tiny:1", "HEAD"),
    manifest("tiny:1-slim"),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect(builds).toHaveLength(1);
});

test("for two platforms a tag is an index of an image each, built for its own architecture", async () => {
  const other = architecture === "amd64" ? "arm64" : "amd64";
  vi.stubEnv("SLIPWAY_PLATFORMS", "linux/amd64,linux/arm64");
  const answer = await manifest("twofold:1");
  const { manifests } = indexSchema.parse(await answer.json());
  expect(answer.headers.get("content-type")).toBe("application/vnd.oci.image.index.v1+json");
  expect(manifests.map(({ platform }) => platform)).toEqual([
    { architecture, os: "linux" },
    { architecture: other, os: "linux" },
  ]);
  for (const { digest, platform } of manifests) {
    const { config } = manifestSchema.parse(await (await manifest(`twofold:${digest}`)).json());
    const configuration = await (await fetch(`${running.url}/library/twofold/blobs/${config.digest}`)).json();
    expect(configuration).toMatchObject(platform);
  }
  expect(builds).toEqual([architecture, other]);
});

test("an image that can be made for the machine alone is no index, whatever platforms are asked for", async () => {
  vi.stubEnv("SLIPWAY_PLATFORMS", "linux/amd64,linux/arm64");
  expect((await manifest("tiny:1")).headers.get("content-type")).toBe(
    "application/vnd.oci.image.manifest.v1+json",
  );
});

test("every version is an image of its own", async () => {
  await manifest("tiny:2.1");
  await manifest("tiny:2.2");
  expect(builds).toEqual(["2.1", "2.2"]);
});

test("a failed build answers 500 with the reason, on the status line too, and is tried anew", async () => {
  failures.push(new Error("TOOL_FAILED: the disk is full"));
  const failed = await manifest("tiny:1");
  expect(failed.status).toBe(500);
  expect(failed.statusText).toContain("the disk is full");
  expect(await failed.json()).toMatchObject({
    errors: [{ message: expect.stringContaining("TOOL_FAILED") }],
  });
  expect((await manifest("tiny:1")).status).toBe(200);
});

test.each(["other:1", "tiny:9", `tiny:sha256:${"0".repeat(64)}`])(
  "%s, which nobody knows, answers 404 as registries do and lists what can be had",
  async (name) => {
    const answer = await manifest(name);
    expect(answer.status).toBe(404);
    const message = expect.stringContaining("library/tiny: 1, 1-slim, any tag like ^2\\.\\d+$");
    expect(await answer.json()).toMatchObject({ errors: [{ code: "MANIFEST_UNKNOWN", message }] });
    expect(builds).toEqual([]);
  },
);

test("a version that the packages do not come in answers 404", async () => {
  failures.push(new ImageUnknown("no 2.99 on PyPI", "Take another"));
  expect((await manifest("tiny:2.99")).status).toBe(404);
});

test("a tag that climbs out of the store is no file of the machine", async () => {
  const { port } = new URL(running.url);
  const path = "/v2/library/tiny/manifests/sha256:..%2f..%2fetc%2fpasswd";
  const status = await new Promise((resolve) =>
    get({ host: "127.0.0.1", port, path }, (a) => resolve(a.statusCode)),
  );
  expect(status).toBe(404);
});

test("what is pushed can be pulled", async () => {
  const text = JSON.stringify({ schemaVersion: 2, manifests: [] });
  const headers = { "content-type": "application/vnd.oci.image.index.v1+json" };
  const pushed = await fetch(`${running.url}/team/app/manifests/v1`, { method: "PUT", headers, body: text });
  expect(pushed.status).toBe(201);
  const pulled = await fetch(`${running.url}/team/app/manifests/v1`);
  expect(await pulled.text()).toBe(text);
});
