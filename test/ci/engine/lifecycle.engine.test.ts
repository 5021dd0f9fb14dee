import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { $ } from "zx";
import { engineInstance } from "../../../ci/engine/instance.ts";
import { clientEnv, engineStatus, startEngine, stopEngine } from "../../../ci/engine/lifecycle.ts";
import { endProcess, markedProcesses } from "../../../ci/engine/process.ts";
import { readRecord, writeRecord } from "../../../ci/engine/record.ts";

// An engine of its own, so that the one the other tests use goes on.
const instance = engineInstance(`test-${process.pid}`);
const main = fileURLToPath(new URL("../../../ci/engine/main.ts", import.meta.url));
const quiet = $({ quiet: true, nothrow: true });
const needed = process.platform === "linux" && process.getuid?.() === 0;

/** What starting an engine could change, without what belongs to the containers of other engines. */
async function machine(): Promise<string[]> {
  const outputs = [
    (await quiet`iptables-save`).stdout.replace(/\[\d+:\d+\]/g, "").replace(/^#.*$/gm, ""),
    (await quiet`ip6tables-save`).stdout.replace(/\[\d+:\d+\]/g, "").replace(/^#.*$/gm, ""),
    (await quiet`ip -oneline link`).stdout.replace(/^\d+: (\S+):.*$/gm, "link $1"),
    (await quiet`findmnt -rn -o TARGET`).stdout.replace(/^(?!\/(etc|run|opt|usr|var\/lib\/cni)).*$/gm, ""),
    (await quiet`ls -d /run/slipway/${instance.name} /run/containers /run/buildkit /var/lib/cni`).stdout,
    readFileSync("/etc/resolv.conf", "utf8"),
    readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8"),
  ];
  const elsewhere = /CNI-[0-9a-f]{24}|^-A CNI-FORWARD -[sd] |^link (veth|slip)/;
  return outputs.flatMap((text) => text.split("\n")).filter((line) => line && !elsewhere.test(line));
}

/** Lines that name this engine, wherever a program would show them. */
async function traces(): Promise<string[]> {
  const range = (await readRecord(instance))?.range.replace("0.0/16", "") ?? "no range";
  const texts = [
    await quiet`iptables-save`,
    await quiet`ip6tables-save`,
    await quiet`ip -oneline link`,
    await quiet`findmnt -rn`,
  ];
  const lines = texts.flatMap((output) => output.stdout.split("\n"));
  const marks = [instance.runDir, `${instance.runDir}#registry`];
  const processes = marks.flatMap(markedProcesses).map((id) => `process ${id.pid}`);
  return [...processes, ...lines.filter((line) => line.includes(instance.network) || line.includes(range))];
}

async function ask(program: string): Promise<string> {
  const { socket } = instance;
  const env = { ...process.env, ...clientEnv({ cli: program, socket }) };
  return (await $({ quiet: true, env, cwd: "/", input: "{version}" })`${program} query --silent`).stdout;
}

afterEach(() => stopEngine(instance));
afterAll(() => rm(instance.dir, { recursive: true, force: true }));

describe.runIf(needed)("an engine from packages", () => {
  test("answers, listens on loopback and its own bridge alone, and leaves nothing when it is stopped", async () => {
    const before = await machine();
    const { cli } = await startEngine(instance);
    expect(JSON.parse(await ask(cli)).version).toMatch(/^v0\./);

    const range = (await readRecord(instance))?.range.replace("0.0/16", "") ?? "";
    const own = new Set(
      [instance.runDir, `${instance.runDir}#registry`].flatMap(markedProcesses).map((id) => String(id.pid)),
    );
    const sockets = (await quiet`ss -Htulnp`).stdout
      .split("\n")
      .filter((line) => own.has(/pid=(\d+)/.exec(line)?.[1] ?? ""));
    expect(sockets.length).toBeGreaterThan(0);
    for (const socket of sockets) {
      const address = socket.split(/\s+/)[4] ?? "";
      const local =
        address.startsWith("127.0.0.1:") ||
        address.startsWith(range) ||
        address.includes(`%${instance.network}0`);
      expect(local, socket).toBe(true);
    }

    await stopEngine(instance);
    expect(await traces()).toEqual([]);
    expect(await machine()).toEqual(before);
  });

  test("is started once by two who ask at once, and found by the next", async () => {
    await Promise.all([run("start"), run("start")]);
    const first = (await engineStatus(instance))?.record;
    await startEngine(instance);
    expect((await engineStatus(instance))?.record).toEqual(first);
    expect((await quiet`pgrep -fc ${`network-name ${instance.network} `}`).stdout.trim()).toBe("1");
  });

  test("is replaced when it is made of other parts, and brought up again when it has died", async () => {
    await startEngine(instance);
    const first = await readRecord(instance);
    if (!first?.engine) throw new Error("no record of the engine");
    await writeRecord(instance, { ...first, digest: "of other parts" });
    await startEngine(instance);
    const second = await readRecord(instance);
    if (!second?.engine) throw new Error("no record of the engine");
    expect(second.engine).not.toEqual(first.engine);

    await endProcess(second.engine, 0);
    expect((await engineStatus(instance))?.running).toBe(false);
    const { cli } = await startEngine(instance);
    expect(JSON.parse(await ask(cli)).version).toMatch(/^v0\./);
  });

  test("begins with an empty cache when it cannot read the one that is there", async () => {
    await startEngine(instance);
    await stopEngine(instance);
    await writeFile(join(instance.dir, "state/worker/metadata_v2.db"), "damaged");
    const { cli } = await startEngine(instance);
    expect(JSON.parse(await ask(cli)).version).toMatch(/^v0\./);
  });

  test.each([400, 900, 1500, 2500, 4000])(
    "completes after a start that was killed after %i ms",
    async (ms) => {
      const before = await machine();
      const killed = spawn(process.execPath, ["--import", "tsx", main, "start"], {
        env: ownEnv(),
        stdio: "ignore",
      });
      await sleep(ms);
      killed.kill("SIGKILL");
      const { cli } = await startEngine(instance);
      expect(JSON.parse(await ask(cli)).version).toMatch(/^v0\./);
      await stopEngine(instance);
      expect(await traces()).toEqual([]);
      expect(await machine()).toEqual(before);
    },
  );
});

const ownEnv = () => ({ ...process.env, SLIPWAY_ENGINE_NAME: instance.name });

async function run(command: string): Promise<void> {
  await $({ quiet: true, env: ownEnv() })`${process.execPath} --import tsx ${main} ${command}`;
}
