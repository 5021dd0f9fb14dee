/** What the engine says of a command that failed. */
export interface ExecFailure {
  readonly cmd: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Returns what a failed command left, or undefined for any other error. Told by its shape, not its class: the SDK
 * inside a module exports no class for it.
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
