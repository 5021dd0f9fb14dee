import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { goTool } from "./go-tool.ts";

export interface Crane {
  readonly port: number;
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts crane's registry on a free port of 127.0.0.1. It keeps blobs in `store`, and everything else that is pushed
 * in memory. The kernel ends it when this process ends, even if this process is killed.
 *
 * Fails with REGISTRY_BEHIND_FAILED if it ends before it listens.
 */
export async function startCrane(store: string): Promise<Crane> {
  await mkdir(store, { recursive: true });
  const serve = ["registry", "serve", "--address", "127.0.0.1:0", "--disk", store];
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", await goTool("crane"), ...serve], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PORT: "" },
  });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stderr).on("line", (line) => {
      process.stderr.write(`crane: ${line}\n`);
      const listening = /serving on port (\d+)/.exec(line);
      if (listening) resolve(Number(listening[1]));
    });
    const why = "crane's registry ended when it started. Read its lines in the registry's log.";
    ended.then(() => reject(new Error(`REGISTRY_BEHIND_FAILED: ${why}`)));
  });
  return { port, ended, stop };
}
