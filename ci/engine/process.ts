import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** The environment variable that marks a process with the engine that it belongs to. */
export const mark = "SLIPWAY_ENGINE_RUN_DIR";

/** A process. Its start, in clock ticks since boot, tells it from a later process with the same number. */
export const processIdSchema = z.object({ pid: z.number().int().positive(), start: z.string() }).readonly();
export type ProcessId = z.infer<typeof processIdSchema>;

/** Starts a program that outlives this one. Its output is appended to the file `log`. */
export function startDetached(
  command: string,
  args: readonly string[],
  options: { readonly log: string; readonly env?: Readonly<Record<string, string>> },
): ProcessId {
  const output = openSync(options.log, "a");
  try {
    const child = spawn(command, args, {
      cwd: "/",
      detached: true,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", output, output],
    });
    child.on("error", () => {});
    child.unref();
    const id = child.pid === undefined ? undefined : processOf(child.pid);
    if (!id) throw new Error(`TOOL_FAILED: ${command} could not be started. See ${options.log}.`);
    return id;
  } finally {
    closeSync(output);
  }
}

/** Returns the identity of the live process with this number; undefined if it does not exist. */
export function processOf(pid: number): ProcessId | undefined {
  const fields = statOf(pid);
  return fields && fields.state !== "Z" ? { pid, start: fields.start } : undefined;
}

export function isAlive(id: ProcessId): boolean {
  return processOf(id.pid)?.start === id.start;
}

/** The live processes with this mark, including those whose starter was killed before it could record them. */
export function markedProcesses(value: string): ProcessId[] {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return numbers.flatMap((pid) => (isMarked(pid, value) ? (processOf(Number(pid)) ?? []) : []));
}

function isMarked(pid: string, value: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`${mark}=${value}`);
  } catch {
    return false;
  }
}

/** The numbers of a process's children. */
export function childrenOf(id: ProcessId): number[] {
  if (!isAlive(id)) return [];
  try {
    return readFileSync(`/proc/${id.pid}/task/${id.pid}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/**
 * Ends a process. Sends SIGTERM to the process `ask` (default: the process itself), and after `graceMs` sends
 * SIGKILL. Resolves when the process has ended.
 */
export async function endProcess(id: ProcessId, graceMs: number, ask: number = id.pid): Promise<void> {
  send(ask, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (isAlive(id)) {
    if (Date.now() > deadline) send(id.pid, "SIGKILL");
    await sleep(50);
  }
}

/** Sends a signal to the process with this number, if it exists. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function statOf(pid: number): { state: string; start: string } | undefined {
  try {
    // The second field, the program's name in parentheses, may contain spaces and parentheses.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
