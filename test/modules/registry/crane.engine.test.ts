import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { type Kind, kindOf, type Ran } from "#modules/registry/src/crane-errors.ts";
import { goTool } from "../../../ci/engine/go-tool.ts";
import type { RegistryServer } from "../../../ci/servers/registry.ts";
import type { Fault, FaultProxy } from "../../servers/fault-proxy.ts";
import { type Layout, writeLayout } from "./layout.ts";
import { World } from "./world.ts";

/** crane of the pinned version, run on this machine: nothing stands between it and the proxy. */
let crane: string;
let world: World;
let server: RegistryServer;
let stages = 0;

beforeAll(async () => {
  crane = await goTool("crane");
  world = await World.create();
  server = await world.registry("primary", { host: "localhost" });
});
afterAll(() => world?.end());

/** What one test has for itself, so that it waits beside the others. */
interface Stage {
  readonly proxy: FaultProxy;
  /** A name for images, without a tag. */
  readonly image: string;
  run(...args: readonly string[]): Promise<Ran>;
  push(): Promise<Ran>;
  readonly layout: Layout;
}

async function stage(password = server.password): Promise<Stage> {
  const number = ++stages;
  const [proxy, layout] = await Promise.all([
    world.proxy(server),
    writeLayout(join(world.folder, `layout-${number}`), ["amd64"], 100_000),
  ]);
  const host = `localhost:${proxy.port}`;
  const image = `${host}/shop/orders-${number}`;
  const login = join(world.folder, `login-${number}`);
  await mkdir(login);
  const auths = { [host]: { username: server.username, password } };
  await writeFile(join(login, "config.json"), JSON.stringify({ auths }));
  const env = { DOCKER_CONFIG: login, SSL_CERT_FILE: server.caFile };
  const run = async (...args: readonly string[]): Promise<Ran> => {
    const ran = await $({ env, nothrow: true, quiet: true, timeout: "60s" })`${crane} ${args}`;
    return { exitCode: ran.exitCode ?? 1, stdout: ran.stdout, stderr: ran.stderr };
  };
  return { proxy, image, layout, run, push: () => run("push", layout.folder, `${image}@${layout.digest}`) };
}

const answer = (status: number, body = ""): Fault => ({ kind: "answer", status, body });

test.concurrent.each<{ method: string; path: RegExp; fault: Fault; kind: Kind }>([
  { method: "HEAD", path: /manifests/, fault: answer(500), kind: "passing" },
  { method: "PUT", path: /manifests/, fault: answer(502, "<html>"), kind: "passing" },
  { method: "GET", path: /v2\/$/, fault: answer(503), kind: "passing" },
  { method: "POST", path: /uploads/, fault: answer(429), kind: "throttled" },
  { method: "GET", path: /v2\/$/, fault: answer(429), kind: "throttled" },
  { method: "POST", path: /uploads/, fault: answer(403), kind: "denied" },
  { method: "PUT", path: /manifests/, fault: answer(413), kind: "refused" },
  { method: "POST", path: /uploads/, fault: answer(507), kind: "full" },
  { method: "GET", path: /v2\/$/, fault: { kind: "reset" }, kind: "passing" },
  { method: "PATCH", path: /uploads/, fault: { kind: "reset" }, kind: "passing" },
  { method: "PATCH", path: /uploads/, fault: { kind: "cut-request", bytes: 10 }, kind: "passing" },
  { method: "PUT", path: /manifests/, fault: { kind: "lose" }, kind: "passing" },
])(
  "a push that meets $fault.kind $fault.status at $method $path is $kind",
  async ({ method, path, fault, kind }) => {
    const { proxy, push } = await stage();
    proxy.script({ method, path, fault });
    const ran = await push();
    expect(ran.exitCode).not.toBe(0);
    expect(kindOf(ran)).toBe(kind);
  },
);

test.concurrent.each([
  { what: "manifest", path: /manifests\/sha256/ },
  { what: "layer", path: /blobs\/sha256/ },
])("a copy whose $what is cut may pass", async ({ path }) => {
  const { proxy, image, layout, run, push } = await stage();
  expect((await push()).exitCode).toBe(0);
  proxy.script(
    { method: "GET", path, fault: { kind: "cut-answer", bytes: 10 } },
    // Within one registry a layer would be there by a word.
    { method: "POST", path: /mount=/, fault: answer(404) },
  );
  const ran = await run("copy", `${image}@${layout.digest}`, `${image}-copy:1`);
  expect(ran.exitCode).not.toBe(0);
  expect(kindOf(ran)).toBe("passing");
});

test.concurrent("a push whose answers get lost a few times is done in one go", async () => {
  const { proxy, push } = await stage();
  proxy.script({ method: "PUT", path: /manifests/, times: 2, fault: { kind: "lose" } });
  expect(await push()).toMatchObject({ exitCode: 0 });
});

test.concurrent("a registry that is not there may pass, a host that is not does not", async () => {
  const { run } = await stage();
  expect(kindOf(await run("digest", "localhost:1/shop/orders:1"))).toBe("passing");
  expect(kindOf(await run("digest", "registry.invalid/shop/orders:1"))).toBe("nowhere");
});

test.concurrent("another password is denied", async () => {
  const { push } = await stage("another");
  expect(kindOf(await push())).toBe("denied");
});
