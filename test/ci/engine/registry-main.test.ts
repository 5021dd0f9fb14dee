import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheDir } from "../../../ci/engine/cache.ts";
import { goTool } from "../../../ci/engine/go-tool.ts";

const made = { folder: "", processes: new Set<ChildProcess>() };

beforeEach(async () => {
  await goTool("crane");
  made.folder = await mkdtemp(join(tmpdir(), "slipway-registry-main-"));
  await symlink(join(cacheDir(), "go-tool"), join(made.folder, "go-tool"));
});

afterEach(async () => {
  for (const process of made.processes) process.kill("SIGKILL");
  await rm(made.folder, { recursive: true, force: true });
});

async function start(): Promise<{ front: ChildProcess; port: number; ended: Promise<number | null> }> {
  const portFile = join(made.folder, "port-file");
  await rm(portFile, { force: true });
  const front = spawn(
    process.execPath,
    ["--import", "tsx", "ci/engine/registry-main.ts", "--port-file", portFile],
    { env: { ...process.env, SLIPWAY_CACHE: made.folder, SLIPWAY_PROGRESS_FILE: "" }, stdio: "ignore" },
  );
  made.processes.add(front);
  const ended = new Promise<number | null>((resolve) => front.once("close", resolve));
  while (!existsSync(portFile) && front.exitCode === null) await sleep(20);
  return { front, port: Number(await readFile(portFile, "utf8")), ended };
}

/** Asks for something that is passed on, and finds the process that it is passed on to. */
async function craneBehind(front: ChildProcess, port: number): Promise<number> {
  expect((await fetch(`http://127.0.0.1:${port}/v2/`)).status).toBe(200);
  const children = await readFile(`/proc/${front.pid}/task/${front.pid}/children`, "utf8");
  const pids = children.trim().split(" ").map(Number);
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8")));
  return pids[names.findIndex((name) => name.includes("crane\0registry"))] ?? 0;
}

async function ends(pid: number): Promise<boolean> {
  for (let i = 0; i < 100 && existsSync(`/proc/${pid}`); i++) await sleep(20);
  return !existsSync(`/proc/${pid}`);
}

test.each(["SIGTERM", "SIGKILL"] as const)(
  "on %s the registry ends, and the one behind with it",
  async (signal) => {
    const { front, port, ended } = await start();
    const crane = await craneBehind(front, port);
    expect(crane).toBeGreaterThan(0);
    front.kill(signal);
    expect(await ended).toBe(signal === "SIGTERM" ? 0 : null);
    expect(await ends(crane)).toBe(true);
  },
  60_000,
);

test("the registry listens on the port it had before, or on another if that is taken", async () => {
  const first = await start();
  const second = await start();
  expect(second.port).not.toBe(first.port);
  second.front.kill("SIGTERM");
  await second.ended;
  expect((await start()).port).toBe(second.port);
});
