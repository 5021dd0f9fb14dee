import { spawn } from "node:child_process";

/** What a call of the CLI left. */
export interface Call {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the real CLI, as a user does.
 *
 * @param args its arguments, after `dagger`.
 * @param cwd the folder in which it runs; the module of that folder is the one called.
 * @param env variables besides those of this process.
 */
export function dagger(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Call> {
  return new Promise((resolve, reject) => {
    const cli = process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger";
    const child = spawn(cli, ["--progress=plain", ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? 1, stdout, stderr }));
  });
}
