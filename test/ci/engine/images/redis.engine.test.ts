import type { Container } from "@dagger.io/dagger";
import { connection, dag } from "@dagger.io/dagger";
import { expect, it } from "vitest";
import { asked, ran } from "./ran.ts";

const image = "redis:7";
const cli = (...args: string[]) => ["redis-cli", "-h", "server", ...args];
const served =
  (...args: string[]) =>
  (container: Container) =>
    container.withExposedPort(6379).asService({ useEntrypoint: true, ...(args.length > 0 ? { args } : {}) });

it("redis answers another container without protected mode", async () => {
  expect((await asked(image, served(), cli("ping"))).trim()).toBe("PONG");
});

it("redis runs as the user redis in /data", async () => {
  expect(await asked(image, served(), cli("config", "get", "dir"))).toContain("/data");
  const { stdout } = await ran(image, ["sh", "-c", "pwd; id -u redis; stat -c %U /data"]);
  expect(stdout).toBe("/data\n999\nredis\n");
});

it("redis takes leading options for the server", async () => {
  const args = ["--maxmemory", "64mb", "--requirepass", "p"];
  expect(await asked(image, served(...args), cli("-a", "p", "config", "get", "maxmemory"))).toContain(
    "67108864",
  );
});

it("redis says on which port it listens and what it runs", async () => {
  await connection(async () => {
    const container = dag.container().from(image);
    expect(await container.defaultArgs()).toEqual(["redis-server"]);
    const ports = await container.exposedPorts();
    expect(await Promise.all(ports.map((port) => port.port()))).toEqual([6379]);
  });
});
