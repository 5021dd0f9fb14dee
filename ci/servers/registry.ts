import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { which } from "zx";
import { unpackedPackage } from "../engine/debian.ts";
import {
  endProcess,
  isAlive,
  type ProcessId,
  processIdSchema,
  processOf,
  startDetached,
} from "../engine/process.ts";
import { lastLines } from "../engine/progress.ts";
import { authority, issue } from "./certificate.ts";
import { htpasswd } from "./htpasswd.ts";
import { type RegistryAuth, registryConfig } from "./registry-config.ts";

const recordSchema = z
  .object({
    process: processIdSchema,
    /** A name in its certificate, in addition to localhost, 127.0.0.1 and `names`. */
    host: z.string(),
    port: z.number().int().positive(),
    /** The certificate of the authority that issued its own. */
    caFile: z.string(),
    username: z.string(),
    password: z.string(),
    /** The file in which it logs every request. */
    log: z.string(),
  })
  .readonly();

type RegistryRecord = z.infer<typeof recordSchema>;

/** A real registry on 127.0.0.1, with TLS and a login. Containers reach it through a service bound as `host`. */
export interface RegistryServer extends Omit<RegistryRecord, "process"> {
  /** Ends it. Its contents stay in its folder, and the next start uses the same port if that is free. */
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** The name in its certificate; default: registry.test. */
  readonly host?: string;
  /** Further names and addresses in its certificate. */
  readonly names?: readonly string[];
  /** An expired certificate expired yesterday. */
  readonly certificate?: "valid" | "expired";
  /** The folder of the authority that issues its certificate; default: its own folder. */
  readonly authority?: string;
  /** The folder with its blobs and manifests; default: a folder in its own. */
  readonly storage?: string;
  readonly readOnly?: boolean;
  /** Replaces the login by htpasswd. */
  readonly auth?: RegistryAuth;
  /** Whether it outlives the process that starts it. A later start then finds it. */
  readonly detached?: boolean;
}

const patienceMs = 30_000;
const graceMs = 5_000;

/**
 * Starts CNCF's distribution, as Debian packages it, in a folder of its own, or returns the one that already runs
 * there. The folder keeps the certificate, the login and the contents, and the port while it is free.
 *
 * Fails with REGISTRY_NOT_STARTED and the last lines of its log if it does not listen within 30 seconds.
 * https://distribution.github.io/distribution/
 */
export async function startRegistry(folder: string, options: RegistryOptions = {}): Promise<RegistryServer> {
  const running = await findRegistry(folder);
  if (running) return running;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const last = await readRecord(folder);
  const first = await launch(folder, options, last?.port ?? 0);
  const record = first ?? (last ? await launch(folder, options, 0) : undefined);
  if (record) return server(record);
  throw new Error(
    `REGISTRY_NOT_STARTED: the registry in ${folder} does not listen. Its log ends:\n` +
      `${lastLines(join(folder, "registry.log")).join("\n")}\nFix the fault that the log shows, or remove the folder.`,
  );
}

/** Finds the registry that was started in a folder and still runs; undefined if none runs. */
export async function findRegistry(folder: string): Promise<RegistryServer | undefined> {
  const record = await readRecord(folder);
  return record && isAlive(record.process) ? server(record) : undefined;
}

/** Starts it on a port. Returns undefined if it does not listen in time. */
async function launch(
  folder: string,
  options: RegistryOptions,
  port: number,
): Promise<RegistryRecord | undefined> {
  const { host = "registry.test", names = [], certificate, storage = join(folder, "storage") } = options;
  const by = await authority(options.authority ?? folder);
  const login = await logIn(folder);
  const log = join(folder, "registry.log");
  const configFile = join(folder, "config.yaml");
  const text = registryConfig({
    port,
    storage,
    certificate: await issue(by, folder, [host, "localhost", "127.0.0.1", ...names], certificate),
    auth: options.auth ?? { htpasswd: join(folder, "htpasswd") },
    readOnly: options.readOnly ?? false,
    secret: randomBytes(16).toString("hex"),
  });
  await writeFile(configFile, text, { mode: 0o600 });
  const already = await textOf(log);
  const program =
    (await which("docker-registry", { nothrow: true })) ??
    join(await unpackedPackage("docker-registry"), "usr/bin/docker-registry");
  const process = await start([program, "serve", configFile], log, options.detached);
  const deadline = Date.now() + patienceMs;
  while (isAlive(process) && Date.now() < deadline) {
    const listening = /listening on [^\s"]*:(\d+)/.exec((await textOf(log)).slice(already.length));
    if (listening) {
      const record = { process, host, port: Number(listening[1]), caFile: by.certFile, ...login, log };
      await writeRecord(folder, record);
      return record;
    }
    await sleep(20);
  }
  await endProcess(process, 0);
  return undefined;
}

/** Starts it without this process's variables, because each REGISTRY_… variable would be a setting. */
async function start(command: readonly string[], log: string, detached = false): Promise<ProcessId> {
  const bare = ["env", "--ignore-environment", "OTEL_TRACES_EXPORTER=none", ...command];
  if (detached) return startDetached("env", bare.slice(1), { log });
  // The kernel ends it when this process ends, even if this process is killed.
  const output = await open(log, "a");
  try {
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...bare], {
      stdio: ["ignore", output.fd, output.fd],
    });
    child.on("error", () => {});
    child.unref();
    const id = child.pid === undefined ? undefined : processOf(child.pid);
    if (!id) throw new Error(`TOOL_FAILED: ${command[0]} could not be started. See ${log}.`);
    return id;
  } finally {
    await output.close();
  }
}

/** Returns the login of a folder's registry, which stays the same from its first start on. */
async function logIn(folder: string): Promise<{ username: string; password: string }> {
  const file = join(folder, "password");
  if (!existsSync(file)) {
    const password = randomBytes(18).toString("base64url");
    await writeFile(join(folder, "htpasswd"), await htpasswd("slipway", password), { mode: 0o600 });
    await writeFile(file, password, { mode: 0o600 });
  }
  return { username: "slipway", password: await readFile(file, "utf8") };
}

function server({ process, ...record }: RegistryRecord): RegistryServer {
  return { ...record, stop: () => endProcess(process, graceMs) };
}

const recordFile = (folder: string): string => join(folder, "registry.json");

async function readRecord(folder: string): Promise<RegistryRecord | undefined> {
  const text = await textOf(recordFile(folder));
  return text === "" ? undefined : recordSchema.parse(JSON.parse(text));
}

async function writeRecord(folder: string, record: RegistryRecord): Promise<void> {
  await writeFile(`${recordFile(folder)}.new`, JSON.stringify(record, null, 2), { mode: 0o600 });
  await rename(`${recordFile(folder)}.new`, recordFile(folder));
}

async function textOf(file: string): Promise<string> {
  return existsSync(file) ? readFile(file, "utf8") : "";
}
