import { type ChildProcess, spawn } from "node:child_process";
import { watchMemory } from "./memory.ts";

/** A program that ran to its end. */
export interface Measured {
  readonly seconds: number;
  /** Of it, what it started, and of `beside`. */
  readonly peakBytes: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Processes that work for it and are not its children, such as the engine. */
  readonly beside?: readonly number[];
}

/** A program that did not exit with 0. */
export class ToolFailed extends Error {
  /** All that it printed. */
  readonly output: string;
  readonly lastLine: string;

  constructor(what: string, output: string) {
    const lines = output.trimEnd().split("\n");
    super(`TOOL_FAILED: ${what}\n${lines.slice(-40).join("\n")}`);
    this.output = output;
    this.lastLine = lines.at(-1) ?? "";
  }
}

/** Programs that run now, to end with this one. */
const running = new Set<ChildProcess>();
let interrupted = false;

/** Runs a program and measures it. Fails with TOOL_FAILED, and its last words, unless it exits with 0. */
export function measured({ command, args, cwd, env, beside = [] }: Program): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child);
    const peak = watchMemory([...(child.pid === undefined ? [] : [child.pid]), ...beside]);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      running.delete(child);
      const seconds = (performance.now() - start) / 1000;
      const peakBytes = peak();
      if (interrupted) return reject(new Error("INTERRUPTED: nothing was measured."));
      if (code === 0) return resolve({ seconds, peakBytes, stdout, stderr });
      return reject(
        new ToolFailed(`${command} ${args.join(" ")}: exit code ${code}`, `${stdout}\n${stderr}`),
      );
    });
  });
}

/** Ends the programs that run, with all that they started; their measurements fail with INTERRUPTED. */
export function endRunning(): void {
  interrupted = true;
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
  }
}
