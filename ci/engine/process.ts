import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** The variable in whose value a process bears the mark of the engine it belongs to. */
export const mark = "SLIPWAY_ENGINE_RUN_DIR";

/** A process told apart from a later one with the same number by its start, in clock ticks since boot. */
export const processIdSchema = z.object({ pid: z.number().int().positive(), start: z.string() }).readonly();
export type ProcessId = z.infer<typeof processIdSchema>;

/** Starts a program that outlives this one, its output appended to the file `log`. */
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

/** Yields the identity of the live process with this number, nothing if there is none. */
export function processOf(pid: number): ProcessId | undefined {
  const fields = statOf(pid);
  return fields && fields.state !== "Z" ? { pid, start: fields.start } : undefined;
}

export function isAlive(id: ProcessId): boolean {
  return processOf(id.pid)?.start === id.start;
}

/** The live processes that bear this mark, those too that were started just before their starter was killed. */
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
 * Ends a process: asks by SIGTERM the process `ask` (itself by default), and after `graceMs`
 * ends it by SIGKILL. Resolves when it is gone.
 */
export async function endProcess(id: ProcessId, graceMs: number, ask: number = id.pid): Promise<void> {
  send(ask, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (isAlive(id)) {
    if (Date.now() > deadline) send(id.pid, "SIGKILL");
    await sleep(50);
  }
}

/** Sends a signal to the process with this number, if there is one. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}

function statOf(pid: number): { state: string; start: string } | undefined {
  try {
    // The second field, the program's name in brackets, may hold blanks and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
