import { spawn } from "node:child_process";
import { basename } from "node:path";

/** A server that runs as a process of its own. */
export interface Daemon {
  /** Its program, for messages. */
  readonly name: string;
  /** What it printed so far. */
  printed(): string;
  /** How it ended; undefined while it runs. */
  end(): string | undefined;
  stop(): Promise<void>;
}

/** Starts a server. It ends with `stop`. */
export function daemon(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Daemon {
  const child = spawn(program, [...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
  }
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    name: basename(program),
    printed: () => text,
    end: () =>
      child.exitCode === null && child.signalCode === null
        ? undefined
        : `${child.signalCode ?? child.exitCode}`,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

/** Starts a server that the kernel also ends when this process ends, even if this process is killed. */
export function boundDaemon(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Daemon {
  const bound = daemon("setpriv", ["--pdeathsig", "KILL", "--", program, ...args], cwd, env);
  return { ...bound, name: basename(program) };
}
