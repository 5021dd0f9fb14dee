import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { $ } from "zx";
import { goTool } from "../../../ci/engine/go-tool.ts";
import type { RegistryServer } from "../../../ci/servers/registry.ts";
import { type Kind, kindOf, type Ran } from "../../../modules/registry/src/words.ts";
import type { Fault, FaultProxy } from "../../servers/fault-proxy.ts";
import { type Layout, writeLayout } from "./layout.ts";
import { World } from "./world.ts";

/** crane of the pinned version, run on this machine: nothing stands between it and the proxy. */
let crane: string;
let world: World;
let server: RegistryServer;
let proxy: FaultProxy;
let layout: Layout;
let host: string;
let tests = 0;

beforeAll(async () => {
  crane = await goTool("crane");
  world = await World.create();
  server = await world.registry("primary", { host: "localhost" });
  proxy = await world.proxy(server);
  host = `localhost:${proxy.port}`;
  await logIn(server.password);
});
afterAll(() => world?.end());
beforeEach(async () => {
  tests += 1;
  layout = await writeLayout(join(world.folder, `layout-${tests}`), ["amd64"], 100_000);
});

async function logIn(password: string): Promise<void> {
  const login = join(world.folder, "login");
  await mkdir(login, { recursive: true });
  const auths = { [host]: { username: server.username, password } };
  await writeFile(join(login, "config.json"), JSON.stringify({ auths }));
}

async function run(...args: readonly string[]): Promise<Ran> {
  const env = { DOCKER_CONFIG: join(world.folder, "login"), SSL_CERT_FILE: server.caFile };
  const { exitCode, stdout, stderr } = await $({
    env,
    nothrow: true,
    quiet: true,
    timeout: "60s",
  })`${crane} ${args}`;
  return { exitCode: exitCode ?? 1, stdout, stderr };
}

const push = (): Promise<Ran> => run("push", layout.folder, `${host}/shop/orders-${tests}@${layout.digest}`);
const answer = (status: number, body = ""): Fault => ({ kind: "answer", status, body });

test.each<{ method: string; path: RegExp; fault: Fault; kind: Kind }>([
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
    proxy.script({ method, path, fault });
    const ran = await push();
    expect(ran.exitCode).not.toBe(0);
    expect(kindOf(ran)).toBe(kind);
  },
);

test.each([
  { what: "manifest", path: /manifests\/sha256/ },
  { what: "layer", path: /blobs\/sha256/ },
])("a copy whose $what is cut may pass", async ({ path }) => {
  proxy.script();
  expect((await push()).exitCode).toBe(0);
  proxy.script(
    { method: "GET", path, fault: { kind: "cut-answer", bytes: 10 } },
    // Within one registry a layer would be there by a word.
    { method: "POST", path: /mount=/, fault: answer(404) },
  );
  const ran = await run(
    "copy",
    `${host}/shop/orders-${tests}@${layout.digest}`,
    `${host}/shop/copy-${tests}:1`,
  );
  expect(ran.exitCode).not.toBe(0);
  expect(kindOf(ran)).toBe("passing");
});

test("a push whose answers get lost a few times is done in one go", async () => {
  proxy.script({ method: "PUT", path: /manifests/, times: 2, fault: { kind: "lose" } });
  expect(await push()).toMatchObject({ exitCode: 0 });
});

test("a registry that is not there may pass, a host that is not does not", async () => {
  expect(kindOf(await run("digest", "localhost:1/shop/orders:1"))).toBe("passing");
  expect(kindOf(await run("digest", "registry.invalid/shop/orders:1"))).toBe("nowhere");
});

test("another password is denied", async () => {
  proxy.script();
  await logIn("another");
  const ran = await push();
  await logIn(server.password);
  expect(kindOf(ran)).toBe("denied");
});
