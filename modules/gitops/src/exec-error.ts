/**
 * Whether a command in a container failed. Its message holds the exit code only, and only the message leaves a module.
 * Recognized by its fields, because the SDK that a module gets at run time does not export the class.
 */
export function isExecError(error: unknown): error is Error & { exitCode: number; stderr: string } {
  return (
    error instanceof Error && "exitCode" in error && "stderr" in error && typeof error.stderr === "string"
  );
}
