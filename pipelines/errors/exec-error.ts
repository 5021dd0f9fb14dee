/** The engine's report of a failed command. */
export interface ExecFailure {
  readonly cmd: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Returns the output of a failed command, or undefined for any other error. The shape identifies it, because the
 * SDK inside a module exports no class for it.
 */
export function execFailureOf(error: unknown): ExecFailure | undefined {
  if (!(error instanceof Error) || !("exitCode" in error) || typeof error.exitCode !== "number")
    return undefined;
  return {
    cmd: "cmd" in error && Array.isArray(error.cmd) ? error.cmd.map(String) : [],
    exitCode: error.exitCode,
    stdout: "stdout" in error ? String(error.stdout) : "",
    stderr: "stderr" in error ? String(error.stderr) : "",
  };
}
