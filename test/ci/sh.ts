import { spawn } from "node:child_process";

/** What a script left. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script of `ci/` by the machine's sh.
 *
 * @param script its path.
 * @param env all its variables, besides PATH and HOME.
 * @param cwd the folder in which it runs.
 * @param interrupt when it settles, SIGINT is sent to the script alone, as a runner does.
 */
export function sh(
  script: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
  interrupt?: Promise<unknown>,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn("sh", [script], { cwd, env: { PATH, HOME, ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    void interrupt?.finally(() => child.kill("SIGINT"));
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? -1, stdout, stderr }));
  });
}
