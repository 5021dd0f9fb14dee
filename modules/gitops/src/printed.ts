import type { Container } from "@dagger.io/dagger";
import { codedError, lastLines } from "./errors.ts";

/** Returns what a script printed. Fails with TOOL_FAILED when it broke down. */
export async function printedBy(done: Container): Promise<string> {
  try {
    return await done.stdout();
  } catch (error) {
    if (!isExecError(error)) throw error;
    throw codedError(
      "TOOL_FAILED",
      `git ended with exit code ${error.exitCode}: ${lastLines(error.stderr)}`,
      "Correct the cause that it names. --image must have sh, git, ssh, flock, timeout, awk, grep, od and xargs.",
    );
  }
}

/**
 * Whether a command in a container failed. Its message holds the exit code only, and only the message leaves a module.
 * Recognized by its fields, because the SDK that a module gets at run time does not export the class.
 */
function isExecError(error: unknown): error is Error & { exitCode: number; stderr: string } {
  return (
    error instanceof Error && "exitCode" in error && "stderr" in error && typeof error.stderr === "string"
  );
}
