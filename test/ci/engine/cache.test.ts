import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cacheDir, cached, digestOf } from "../../../ci/engine/cache.ts";
import { withLock } from "../../../ci/engine/lock.ts";

const worker = fileURLToPath(new URL("cache-worker.ts", import.meta.url));
let folder = "";
let builds = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-cache-"));
  builds = join(folder, "builds");
  vi.stubEnv("SLIPWAY_CACHE", join(folder, "cache"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(ms: number): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", worker, builds, String(ms)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function outputOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once("close", (code) => (code === 0 ? resolve(text) : reject(new Error(`exit ${code}`))));
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}

const buildCount = () => (existsSync(builds) ? readFileSync(builds, "utf8").trim().split("\n").length : 0);

describe("the cache's folder", () => {
  test("is $SLIPWAY_CACHE before $XDG_CACHE_HOME", () => {
    vi.stubEnv("XDG_CACHE_HOME", "/xdg");
    expect(cacheDir()).toBe(join(folder, "cache"));
    vi.stubEnv("SLIPWAY_CACHE", "");
    expect(cacheDir()).toBe("/xdg/slipway");
  });
});

describe("a cache entry", () => {
  test("is built once and then found", async () => {
    const build = vi.fn(async () => {});
    const first = await cached("thing", { a: 1, b: [2] }, build);
    expect(await cached("thing", { b: [2], a: 1 }, build)).toBe(first);
    expect(build).toHaveBeenCalledTimes(1);
    expect(dirname(first)).toBe(join(cacheDir(), "thing"));
  });

  test("differs for another key", () => {
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: 2 }));
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
  });

  test("that could not be built leaves nothing and is built anew", async () => {
    await expect(cached("thing", 1, async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readdirSync(join(cacheDir(), "thing"))).toEqual([]);
    expect(existsSync(await cached("thing", 1, async () => {}))).toBe(true);
  });

  test("is built once by two processes that ask at once", async () => {
    const [first, second] = await Promise.all([outputOf(startWorker(700)), outputOf(startWorker(700))]);
    expect(first).toBe(second);
    expect(readdirSync(first).sort()).toEqual(["first", "last"]);
    expect(buildCount()).toBe(1);
  });

  test("whose builder is killed half-way is built whole by the next, which does not wait for the dead", async () => {
    const killed = startWorker(60_000);
    await until(() => buildCount() === 1);
    killed.kill("SIGKILL");
    const entry = await outputOf(startWorker(0));
    expect(readdirSync(entry).sort()).toEqual(["first", "last"]);
    expect(readdirSync(dirname(entry))).toHaveLength(1);
    expect(buildCount()).toBe(2);
  });
});

describe("a lock", () => {
  test("lets one in at a time and says when another is waited for", async () => {
    const file = join(folder, "lock");
    const order: string[] = [];
    const waited = vi.fn();
    const first = withLock(file, async () => {
      await sleep(800);
      order.push("first");
    });
    await sleep(100);
    await withLock(file, async () => order.push("second"), waited);
    await first;
    expect(order).toEqual(["first", "second"]);
    expect(waited).toHaveBeenCalledTimes(1);
  });
});
