import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { $ } from "zx";
import type { Registry } from "#modules/registry/src/index.ts";
import type { RegistryServer } from "../../../ci/servers/registry.ts";
import { onHost } from "../../servers/on-host.ts";
import { session } from "../../session.ts";
import { type Layout, writeLayout } from "./layout.ts";
import { type Reach, reaching, World } from "./world.ts";

let world: World;
let server: RegistryServer;
let count = 0;
let tests = 0;

beforeAll(async () => {
  world = await World.create();
  server = await world.registry("primary");
});
afterAll(() => world?.end());
beforeEach(() => {
  tests += 1;
});

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const folder = (): string => join(world.folder, `layout-${++count}`);
const repository = (): string => `registry.test:${server.port}/shop/orders-${tests}`;
const layoutOf = (layout: Layout) => dag.host().directory(layout.folder);

/** What the registry's own log says was asked of it since `from`, as METHOD PATH. */
async function requests(from: number): Promise<string[]> {
  const text = (await readFile(server.log, "utf8")).slice(from);
  return [...text.matchAll(/"([A-Z]+) (\S+) HTTP[^"]*" \d+/g)].map(([, method, path]) => `${method} ${path}`);
}
const logged = async (): Promise<number> => (await readFile(server.log, "utf8")).length;

describe("push", () => {
  test("brings an image by its digest, gives it no tag, and sends nothing the second time", async () => {
    const layout = await writeLayout(folder());
    const again: string[] = [];
    const pushed = await session(async () => {
      const registry = reaching(server);
      const digest = await registry.push(layoutOf(layout), repository());
      const from = await logged();
      again.push(await registry.push(layoutOf(layout), repository()));
      return { digest, requests: await requests(from) };
    });
    const name = repository().slice(repository().indexOf("/") + 1);
    expect(pushed.digest).toBe(layout.digest);
    expect(again).toEqual([layout.digest]);
    expect(pushed.requests).toEqual(["GET /v2/", `HEAD /v2/${name}/manifests/${layout.digest}`]);
    expect(await readFile(server.log, "utf8")).not.toMatch(
      new RegExp(`PUT /v2/${name}/manifests/(?!sha256:)`),
    );
  });

  test.each([
    { kind: "an index that index.json lists", nested: true },
    { kind: "index.json itself", nested: false },
  ])("brings several platforms under one digest, from $kind", async ({ nested }) => {
    const layout = await writeLayout(folder(), ["amd64", "arm64"], 1000, nested);
    const pushed = await session(async () => {
      const registry = reaching(server);
      const digest = await registry.push(layoutOf(layout), repository());
      const images = layout.images.map((image) => registry.digest(`${repository()}@${image}`));
      return { digest, images: await Promise.all(images) };
    });
    expect(pushed).toEqual({ digest: layout.digest, images: layout.images });
  });

  test("refuses a folder that is no layout, and content that is not what its digest says", async () => {
    const broken = await writeLayout(folder());
    const manifest = join(broken.folder, "blobs", "sha256", broken.digest.replace("sha256:", ""));
    const { layers } = JSON.parse(await readFile(manifest, "utf8"));
    await writeFile(
      join(broken.folder, "blobs", "sha256", layers[0].digest.replace("sha256:", "")),
      "x".repeat(1000),
    );
    const missing = await writeLayout(folder());
    await rm(join(missing.folder, "blobs"), { recursive: true });
    const errors = await session(() =>
      Promise.all([
        reaching(server).push(dag.directory(), repository()).catch(message),
        reaching(server, server.port, { deadline: 0 }).push(layoutOf(broken), repository()).catch(message),
        reaching(server).push(layoutOf(missing), repository()).catch(message),
      ]),
    );
    expect(errors).toEqual([
      expect.stringMatching(/^LAYOUT_INVALID: The folder has no index.json/),
      expect.stringMatching(/^REGISTRY_REFUSED: .*DIGEST_INVALID/),
      expect.stringMatching(/^LAYOUT_INVALID: The layout is damaged: .*no such file/),
    ]);
  });
});

describe("digest", () => {
  test("is empty where there is no such tag, digest or repository", async () => {
    const name = `registry.test:${server.port}/nothing/here`;
    const digests = await session(() =>
      Promise.all([
        reaching(server).digest(`${name}:1`),
        reaching(server).digest(`${name}@sha256:${"0".repeat(64)}`),
      ]),
    );
    expect(digests).toEqual(["", ""]);
  });
});

describe("digests", () => {
  test("are those of each reference, in their order, by one question each", async () => {
    const layouts = await Promise.all([writeLayout(folder()), writeLayout(folder())]);
    const nowhere = `registry.test:${server.port}/nothing/here:1`;
    const came = await session(async () => {
      const registry = reaching(server);
      await Promise.all(layouts.map((layout) => registry.push(layoutOf(layout), repository())));
      await registry.tag(`${repository()}@${layouts[1]?.digest}`, "1.0");
      const references = layouts.map(({ digest }) => `${repository()}@${digest}`);
      const tags = Array.from({ length: 20 }, (_, at) => `${repository()}:1.${at}`);
      const from = await logged();
      const digests = await registry.digests([...references, nowhere, ...tags]);
      const heads = (await requests(from)).filter((request) => request.startsWith("HEAD"));
      return { digests, heads: heads.length, none: await registry.digests([]) };
    });
    const [one, two] = layouts.map(({ digest }) => digest);
    expect(came.digests).toEqual([one, two, "", two, ...Array(19).fill("")]);
    expect(came.heads).toBe(23);
    expect(came.none).toEqual([]);
  });

  test("fail as digest does", async () => {
    const stranger = await world.registry("strange", { authority: join(world.folder, "strange-ca") });
    const errors = await session(() =>
      Promise.all([
        reaching(server)
          .digests([`${repository()}:1`, "Not a name"])
          .catch(message),
        reaching(server, server.port, { caFile: stranger.caFile })
          .digests([`${repository()}:1`])
          .catch(message),
      ]),
    );
    expect(errors).toEqual([
      expect.stringMatching(/^TAG_INVALID: /),
      expect.stringMatching(/^REGISTRY_UNTRUSTED: /),
    ]);
  });
});

describe("tag", () => {
  test("is made once, is there for the same digest, and moves only where it is said to", async () => {
    const [one, two] = [await writeLayout(folder()), await writeLayout(folder())];
    const came = await session(async () => {
      const registry = reaching(server);
      await Promise.all([one, two].map((layout) => registry.push(layoutOf(layout), repository())));
      const [first, second] = [`${repository()}@${one.digest}`, `${repository()}@${two.digest}`];
      const outcomes = [await registry.tag(first, "1.0"), await registry.tag(first, "1.0")];
      outcomes.push(await registry.tag(second, "1.0").catch(message));
      const kept = await registry.digest(`${repository()}:1.0`);
      outcomes.push(await registry.tag(first, "latest", true), await registry.tag(second, "latest", true));
      return { outcomes, kept, latest: await registry.digest(`${repository()}:latest`) };
    });
    const taken = `TAG_TAKEN: ${repository()}:1.0 is ${one.digest}, not ${two.digest}.`;
    expect(came.outcomes).toEqual(["made", "there", expect.stringContaining(taken), "made", "moved"]);
    expect(came).toMatchObject({ kept: one.digest, latest: two.digest });
  });

  test("of a digest that is not there is refused, and not made", async () => {
    const image = `${repository()}@sha256:${"0".repeat(64)}`;
    const came = await session(async () => {
      const registry = reaching(server);
      const refused = await registry.tag(image, "none").catch(message);
      return { refused, there: await registry.digest(`${repository()}:none`) };
    });
    expect(came).toEqual({
      refused: expect.stringMatching(/^IMAGE_NOT_FOUND: .*MANIFEST_UNKNOWN/),
      there: "",
    });
  });
});

describe("a registry that says no", () => {
  const push = async (on: RegistryServer, reach: Reach = {}): Promise<unknown> => {
    const layout = await writeLayout(folder(), ["amd64"], 500_000);
    const to = `${on.host}:${on.port}/shop/orders`;
    return session(() => reaching(on, on.port, reach).push(layoutOf(layout), to).catch(message));
  };

  test.each([
    { kind: "another password", reach: { password: "another" } },
    { kind: "another user", reach: { username: "nobody" } },
  ])("to $kind: at once, whatever the deadline", async ({ reach }) => {
    const from = await logged();
    expect(await push(server, reach)).toMatch(/^REGISTRY_DENIED: .*401/);
    expect((await requests(from)).filter((line) => line !== "GET /v2/")).toHaveLength(1);
  });

  test("to writing", async () => {
    expect(await push(await world.registry("read-only", { readOnly: true }))).toMatch(
      /^REGISTRY_DENIED: .*405/,
    );
  });

  test("to a user who may read, where another may write", async () => {
    const tokens = await world.tokens("registry.test", [
      { username: "reader", password: "r", actions: ["pull"] },
      { username: "writer", password: "w", actions: ["pull", "push"] },
    ]);
    const guarded = await world.registry("guarded", { auth: tokens.auth });
    const reader = { username: "reader", password: "r", also: tokens.port };
    expect(await push(guarded, reader)).toMatch(/^REGISTRY_DENIED: /);
    const digest = await push(guarded, { username: "writer", password: "w", also: tokens.port });
    expect(digest).toMatch(/^sha256:/);
    const reference = `registry.test:${guarded.port}/shop/orders@${digest}`;
    expect(await session(() => reaching(guarded, guarded.port, reader).digest(reference))).toBe(digest);
    expect(tokens.asked).toContain("writer repository:shop/orders:push,pull");
  });

  test("for want of room", async () => {
    const storage = join(world.folder, "small");
    await mkdir(storage);
    await $({ quiet: true })`mount -t tmpfs -o size=300k tmpfs ${storage}`;
    const small = await world.registry("full", { storage });
    try {
      expect(await push(small)).toMatch(/^REGISTRY_FULL: /);
    } finally {
      await small.stop();
      await $({ quiet: true })`umount --lazy ${storage}`;
    }
  });

  test("by a certificate that has expired, or is from another authority", async () => {
    const expired = await world.registry("expired", { certificate: "expired" });
    const stranger = await world.registry("stranger", { authority: join(world.folder, "other-ca") });
    expect(await push(expired)).toMatch(/^REGISTRY_UNTRUSTED: .*expired/);
    expect(await push(stranger, { caFile: server.caFile })).toMatch(
      /^REGISTRY_UNTRUSTED: .*unknown authority/,
    );
  });
});

describe("copy", () => {
  test("brings a signed image to a replica, with the evidence of each platform, and nothing else", async () => {
    const replica = await world.registry("replica", { host: "replica.test" });
    const layout = await writeLayout(folder(), ["amd64", "arm64"]);
    const evidence = [
      `${layout.digest.replace(":", "-")}.sig`,
      `${layout.digest.replace(":", "-")}.att`,
      `${layout.images[1]?.replace(":", "-")}.att`,
    ];
    const [from, to] = [repository(), `replica.test:${replica.port}/mirror/orders`];
    const copy = (registry: Registry) => {
      const password = dag.setSecret("replica", replica.password);
      const ca = dag.host().file(replica.caFile);
      return registry.copy(
        `${from}@${layout.digest}`,
        to,
        replica.username,
        password,
        ca,
        onHost(replica.port),
      );
    };
    const came = await session(async () => {
      const registry = reaching(server);
      await registry.push(layoutOf(layout), from);
      await registry.tag(`${from}@${layout.digest}`, "1.0");
      // What cosign writes is an image like any other.
      for (const tag of evidence) {
        const said = await registry.push(layoutOf(await writeLayout(folder())), from);
        await registry.tag(`${from}@${said}`, tag);
      }
      await replica.stop();
      const down = await copy(reaching(server, server.port, { deadline: 3 })).catch(message);
      await world.registry("replica", { host: "replica.test" });
      const digest = await copy(registry);
      const there = reaching(replica);
      const tags = await Promise.all(evidence.map((tag) => there.digest(`${to}:${tag}`)));
      const own = await Promise.all(evidence.map((tag) => registry.digest(`${from}:${tag}`)));
      return { down, digest, tags, own, version: await there.digest(`${to}:1.0`) };
    });
    expect(came.down).toMatch(/^REGISTRY_UNREACHABLE: .*replica\.test/);
    expect(came.digest).toBe(layout.digest);
    expect(came.tags).toEqual(came.own);
    expect(came.tags.every((digest) => digest.startsWith("sha256:"))).toBe(true);
    expect(came.version).toBe("");
  });

  test("of a digest that is not there is refused", async () => {
    const image = `${repository()}@sha256:${"0".repeat(64)}`;
    const refused = await session(() => reaching(server).copy(image, `${repository()}-two`).catch(message));
    expect(refused).toMatch(/^IMAGE_NOT_FOUND: /);
  });
});
