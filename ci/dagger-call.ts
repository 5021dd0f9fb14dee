import { spawn } from "node:child_process";
import { constants } from "node:os";
import { keepLog } from "./call-log.ts";

/** How a call of dagger is made. */
export interface CallOptions {
  readonly cwd: string;
  /** All its variables. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether its standard error is shortened to what a person waits for, with the whole in a file. */
  readonly isShort: boolean;
  /** Gets what it prints, in addition to the screen. */
  readonly hear?: (text: string) => void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs dagger with this process's own standard input and output, and passes on the signals that this process gets.
 *
 * @returns its exit code; 128 and the signal's number if a signal ended it.
 */
export function daggerCall(
  command: string,
  args: readonly string[],
  { cwd, env, isShort, hear }: CallOptions,
): Promise<number> {
  const screen = (stream: NodeJS.WriteStream) => (text: string) => {
    stream.write(text);
    hear?.(text);
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["inherit", hear === undefined ? "inherit" : "pipe", isShort ? "pipe" : "inherit"],
    });
    child.stdout?.setEncoding("utf8").on("data", screen(process.stdout));
    const log = child.stderr === null ? undefined : keepLog(child.stderr, screen(process.stderr));
    const pass = (signal: NodeJS.Signals) => {
      // The terminal sends Ctrl-C to the child too, and a second signal would interrupt its cleanup.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, pass);
    child.once("error", (error) => reject(new Error(`TOOL_FAILED: ${command}: ${error.message}`)));
    child.once("close", (code, signal) => {
      for (const passed of signals) process.off(passed, pass);
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      if (log === undefined) return resolve(exitCode);
      void log.done.then(() => {
        process.stderr.write(`Log: ${log.file}\n`);
        resolve(exitCode);
      });
    });
  });
}
