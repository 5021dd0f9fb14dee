import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findRegistry, type RegistryServer, startRegistry } from "../../../ci/servers/registry.ts";

let folder: string;
const started: RegistryServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-registry-"));
});

afterAll(async () => {
  await Promise.all(started.map((each) => each.stop()));
  await rm(folder, { recursive: true, force: true });
});

/** The status that a registry answers a login with. */
async function status(to: RegistryServer, password: string): Promise<number | undefined> {
  const ca = await readFile(to.caFile);
  return new Promise((done, reject) => {
    const options = {
      host: "127.0.0.1",
      port: to.port,
      path: "/v2/",
      ca,
      auth: `${to.username}:${password}`,
    };
    request(options, (answer) => done(answer.resume().statusCode))
      .once("error", reject)
      .end();
  });
}

test("it takes its own login alone, under a certificate of its own authority", async () => {
  const registry = await startRegistry(join(folder, "one"));
  started.push(registry);
  expect(await status(registry, registry.password)).toBe(200);
  expect(await status(registry, "another")).toBe(401);
});

test("a second start finds it, one after its end gets its port and login again", async () => {
  const first = await startRegistry(join(folder, "two"));
  started.push(first);
  const { port, password } = first;
  expect(await startRegistry(join(folder, "two"))).toMatchObject({ port, password });
  await first.stop();
  expect(await findRegistry(join(folder, "two"))).toBeUndefined();
  const again = await startRegistry(join(folder, "two"));
  started.push(again);
  expect(again).toMatchObject({ port, password });
  expect(await status(again, password)).toBe(200);
});

test("a detached one outlives the process that started it", async () => {
  const home = join(folder, "three");
  const module = resolve("ci/servers/registry.ts");
  const script = `import { startRegistry } from ${JSON.stringify(module)};
await startRegistry(${JSON.stringify(home)}, { detached: true });`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script];
  const code = await new Promise((done) => spawn(process.execPath, args).once("close", done));
  expect(code).toBe(0);
  const found = await findRegistry(home);
  if (!found) throw new Error("it ended with its starter");
  started.push(found);
  expect(await status(found, found.password)).toBe(200);
});

test("an expired certificate is not trusted", async () => {
  const registry = await startRegistry(join(folder, "four"), { certificate: "expired" });
  started.push(registry);
  await expect(status(registry, registry.password)).rejects.toThrow(/expired/);
});

test("one that cannot start says so with its own words", async () => {
  const auth = {
    realm: "https://127.0.0.1",
    service: "s",
    issuer: "i",
    rootcertbundle: join(folder, "none.pem"),
  };
  await expect(startRegistry(join(folder, "five"), { auth })).rejects.toThrow(
    /^REGISTRY_NOT_STARTED[\s\S]*none\.pem/,
  );
});
