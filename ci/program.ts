import { spawn } from "node:child_process";

/** What a program left. */
export interface Ended {
  /** 128 where a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as they came. */
  readonly log: string;
}

/**
 * Runs a program to its end, whatever that is.
 *
 * @param env all its variables.
 * @param interrupt when it settles, SIGINT is sent to the program alone, as a runner does.
 */
export function ended(
  command: string,
  args: readonly string[],
  {
    cwd,
    env = process.env,
    interrupt,
  }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly interrupt?: Promise<unknown> },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env });
    let stdout = "";
    let stderr = "";
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      log += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      log += text;
    });
    void interrupt?.finally(() => child.kill("SIGINT"));
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? 128, stdout, stderr, log }));
  });
}
