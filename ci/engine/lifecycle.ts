import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { $ } from "zx";
import { cacheDir, digestOf } from "./cache.ts";
import { engineConfig } from "./config.ts";
import { warnOfFullDisk } from "./disk.ts";
import { prepareEmulation } from "./emulation.ts";
import { goImages } from "./images/go-image.ts";
import { standIns } from "./images/index.ts";
import type { Instance } from "./instance.ts";
import { withLock } from "./lock.ts";
import { prepareMachine, restoreMachine } from "./machine.ts";
import { freeNetwork, removeNetwork } from "./network.ts";
import { type EngineParts, engineParts, sandboxScript } from "./parts.ts";
import {
  childrenOf,
  endProcess,
  isAlive,
  mark,
  markedProcesses,
  type ProcessId,
  startDetached,
} from "./process.ts";
import { lastLines, say, step } from "./progress.ts";
import { type EngineRecord, readRecord, writeRecord } from "./record.ts";
import { type Registry, registryDigest, startRegistry, stopRegistry } from "./registry-process.ts";
import { removeTree } from "./remove-tree.ts";
import { makeRoom } from "./state.ts";

/** Starting and stopping change the machine's network, so only one of them runs at a time, whatever the cache. */
const lockFile = "/run/lock/slipway";
const patienceMs = 60_000;
const graceMs = 30_000;

/** An engine that runs. */
export interface RunningEngine {
  /** The program `dagger` of the engine's version. */
  readonly cli: string;
  readonly socket: string;
}

/**
 * Makes sure that an engine made of the current parts runs, and returns it. An engine that already runs is used. One
 * that is made of other parts is replaced, unless a client is connected to it. Two calls at the same time start one
 * engine. First it removes the remains of a killed call. It also removes a cache that the engine cannot read.
 *
 * Fails with ENGINE_NOT_STARTED and the last lines of its log if it does not answer within a minute. Fails as
 * `engineParts` does if it cannot be built.
 */
export async function startEngine(instance: Instance): Promise<RunningEngine> {
  const parts = await engineParts();
  await prepareEmulation();
  await alone(async () => {
    const record = await readRecord(instance);
    if (record && (await isKept(instance, parts, record))) return;
    await takeAway(instance);
    await step(`starting the engine ${instance.name}`, () => bringUp(instance, parts)).catch(
      async (error) => {
        if (!cacheIsDamaged(instance)) throw error;
        await takeAway(instance);
        const renewal = "its cache is damaged: removing it and starting with an empty one";
        await step(renewal, async () => {
          await removeTree(stateOf(instance));
          await bringUp(instance, parts);
        });
      },
    );
  });
  return { cli: parts.cli, socket: instance.socket };
}

/** Says whether the engine of the record keeps running. Restarts only its registry if that is enough. */
async function isKept(instance: Instance, parts: EngineParts, record: EngineRecord): Promise<boolean> {
  const { engine, registry } = record;
  if (!engine || !registry || !isAlive(engine)) return false;
  const current = record.digest === parts.digest;
  const answering = isAlive(registry.process);
  if (current && answering && registry.digest === (await registryDigest())) return true;
  if (answering && (await isInUse(instance))) {
    say("  the running engine has older parts and is in use, so it stays. `npm run engine -- stop` ends it");
    return true;
  }
  if (!current) return false;
  await stopRegistry(instance);
  const renewed = await startRegistry(instance);
  await writeRecord(instance, { ...record, registry: renewed });
  // On another port, the engine's configuration would not find it.
  return renewed.port === registry.port;
}

/** Ends an engine and removes everything that it left on the machine, except its cache. */
export function stopEngine(instance: Instance): Promise<void> {
  return alone(() => takeAway(instance));
}

/** Returns an engine's record and whether it runs; undefined if it was not started. */
export async function engineStatus(
  instance: Instance,
): Promise<{ record: EngineRecord; running: boolean } | undefined> {
  const record = await readRecord(instance);
  return record && { record, running: isRunning(record) };
}

function alone<T>(work: () => Promise<T>): Promise<T> {
  return withLock(lockFile, work, () => say("  waiting for another start or stop of an engine to end"));
}

function isRunning(record: EngineRecord): boolean {
  const { engine, registry } = record;
  return engine !== undefined && isAlive(engine) && registry !== undefined && isAlive(registry.process);
}

async function isInUse(instance: Instance): Promise<boolean> {
  const { stdout } = await $({ quiet: true, nothrow: true })`ss -Hx state established src ${instance.socket}`;
  return stdout.trim() !== "";
}

async function bringUp(instance: Instance, parts: EngineParts): Promise<void> {
  await prepareMachine();
  await mkdir(instance.runDir, { recursive: true, mode: 0o700 });
  // The images of single programs come and go, and little is made with each.
  const bases = standIns.filter((each) => !goImages.includes(each)).map(({ recipe }) => recipe);
  await makeRoom(stateOf(instance), digestOf([parts.env, bases]));
  await warnOfFullDisk();
  const record = {
    cache: cacheDir(),
    range: await freeNetwork(),
    digest: parts.digest,
    started: new Date().toISOString(),
  };
  await writeRecord(instance, record);
  const registry = await startRegistry(instance);
  await writeRecord(instance, { ...record, registry });
  const engine = await launch(instance, parts, registry, record.range);
  await writeRecord(instance, { ...record, registry, engine });
  await answers(instance, engine, parts.cli);
}

async function launch(
  instance: Instance,
  parts: EngineParts,
  registry: Registry,
  range: string,
): Promise<ProcessId> {
  const config = join(instance.dir, "engine.json");
  await writeFile(config, engineConfig(registry.port));
  const log = logOf(instance);
  // The log of the last engine tells why it ended.
  if (existsSync(log)) await rename(log, `${log}.1`);
  const namespaces = [
    "--mount",
    "--propagation",
    "private",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
  ];
  return startDetached("unshare", [...namespaces, "sh", sandboxScript], {
    log,
    env: {
      ...parts.env,
      [mark]: instance.runDir,
      CONFIG: config,
      STATE: stateOf(instance),
      SOCKET: instance.socket,
      NETWORK: instance.network,
      CIDR: range,
      DO_NOT_TRACK: "1",
    },
  });
}

async function answers(instance: Instance, engine: ProcessId, cli: string): Promise<void> {
  const env = { ...process.env, ...clientEnv({ cli, socket: instance.socket }) };
  const deadline = Date.now() + patienceMs;
  while (isAlive(engine) && Date.now() < deadline) {
    const query = $({ quiet: true, nothrow: true, env, cwd: "/", input: "{version}", timeout: "10s" });
    if ((await query`${cli} query --silent`).exitCode === 0) return;
    await sleep(200);
  }
  const log = logOf(instance);
  throw new Error(
    `ENGINE_NOT_STARTED: the engine does not answer. Its log, ${log}, ends:\n${lastLines(log).join("\n")}\n` +
      "Run `npm run engine -- clean` and try again.",
  );
}

/** The environment in which the CLI and the SDK find an engine. */
export function clientEnv(engine: RunningEngine): Record<string, string> {
  return {
    _EXPERIMENTAL_DAGGER_RUNNER_HOST: `unix://${engine.socket}`,
    _EXPERIMENTAL_DAGGER_CLI_BIN: engine.cli,
    DAGGER_NO_NAG: "1",
    DO_NOT_TRACK: "1",
  };
}

/** Removes everything that the record names or that has the instance's name. If it is killed, it can run again. */
async function takeAway(instance: Instance): Promise<void> {
  const record = await readRecord(instance);
  if (record?.engine) await endEngine(record.engine);
  await stopRegistry(instance);
  await Promise.all(markedProcesses(instance.runDir).map((id) => endProcess(id, 1000)));
  await removeNetwork(instance.network, record?.range);
  await rm(instance.runDir, { recursive: true, force: true });
  await restoreMachine();
}

/** Asks the sandbox's first process, the child of `unshare`, to stop. Kills all processes if that takes too long. */
async function endEngine(engine: ProcessId): Promise<void> {
  if (!isAlive(engine)) return;
  await step("stopping the engine", () => endProcess(engine, graceMs, childrenOf(engine)[0]));
}

/** An engine that cannot read the cache of an earlier one ends at once, with these words. */
function cacheIsDamaged(instance: Instance): boolean {
  return lastLines(logOf(instance)).some((line) => line.includes("failed to create engine"));
}

/** The engine's layers and cache volumes, and its records about them. */
function stateOf(instance: Instance): string {
  return join(instance.dir, "state");
}

function logOf(instance: Instance): string {
  return join(instance.dir, "engine.log");
}
