import { spawn } from "node:child_process";

/** A server that runs as a process of its own. */
export interface Daemon {
  /** What it printed so far. */
  printed(): string;
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
    printed: () => text,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
