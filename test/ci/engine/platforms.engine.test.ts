import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { type Directory, dag, type Platform } from "@dagger.io/dagger";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Image } from "#modules/image/src/index.ts";
import { architecture } from "../../../ci/engine/images/architecture.ts";
import { engineInstance, type Instance } from "../../../ci/engine/instance.ts";
import { clientEnv, startEngine, stopEngine } from "../../../ci/engine/lifecycle.ts";
import { blob, digestOf, entries, type Manifest } from "../../modules/image/layout.ts";
import { session } from "../../session.ts";

// Engines of their own: the one that the other tests use has the machine's own platform alone.
const emulating = engineInstance(`test-${process.pid}-platforms`);
const empty = engineInstance(`test-${process.pid}-empty`);
const needed = process.platform === "linux" && process.getuid?.() === 0;
const both = ["linux/amd64", "linux/arm64"];
const image = new Image();
const created = "2026-01-02T03:04:05Z";
/** Another one each time: of steps kept from a base image of the same content, layers have the times of that one. */
const word = `${randomUUID()}\n`;

const context = (): Directory =>
  dag
    .directory()
    .withNewFile("word", word)
    .withNewFile(
      "Dockerfile",
      `FROM debian:bookworm-slim
ARG SOURCE_DATE_EPOCH
ARG TARGETARCH
COPY word /word
RUN uname -m >/machine && echo "$TARGETARCH" >>/machine && dpkg --print-architecture >>/machine
`,
    );

const layout = (platforms: string[]) =>
  image.layout(context(), "Dockerfile", "", [], [], ["org.example.word=w"], platforms, [], [], created);

/** Runs in a session with an engine that this test started. */
async function on<Result>(instance: Instance, work: () => Promise<Result>): Promise<Result> {
  for (const [name, value] of Object.entries(clientEnv(await startEngine(instance)))) vi.stubEnv(name, value);
  return session(work);
}

describe.runIf(needed)("an engine from packages", () => {
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const instance of [emulating, empty]) {
      await stopEngine(instance);
      await rm(instance.dir, { recursive: true, force: true });
    }
  });

  test("builds both from one Dockerfile, each in its own words, as an index in the order asked for", async () => {
    vi.stubEnv("SLIPWAY_PLATFORMS", both.join());
    const built = await on(emulating, async () => {
      const folder = await layout(both);
      const index = await blob<Manifest>(folder, await digestOf(folder));
      const machines = both.map((platform) =>
        dag
          .container({ platform: platform as Platform })
          .import_(image.archive(folder, platform))
          .file("/machine")
          .contents(),
      );
      const manifests = (index.manifests ?? []).map(({ digest }) => blob<Manifest>(folder, digest));
      return {
        entries: (await entries(folder)).map(({ mediaType }) => mediaType),
        platforms: index.manifests?.map(({ platform }) => platform),
        annotations: [index, ...(await Promise.all(manifests))].map(({ annotations }) => annotations),
        machines: await Promise.all(machines),
      };
    });
    const annotation = { "org.example.word": "w" };
    expect(built).toEqual({
      entries: ["application/vnd.oci.image.index.v1+json"],
      platforms: both.map((platform) => ({ os: "linux", architecture: platform.replace("linux/", "") })),
      annotations: [annotation, annotation, annotation],
      machines: ["x86_64\namd64\namd64\n", "aarch64\narm64\narm64\n"],
    });
  });

  test("comes to the digest that another one comes to, with nothing in its cache", async () => {
    const digest = async () => digestOf(await layout([`linux/${architecture}`]));
    const usual = await session(digest);
    const started = process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST;
    const anew = await on(empty, digest);
    expect(process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST).not.toBe(started);
    expect(anew).toBe(usual);
  });
});
