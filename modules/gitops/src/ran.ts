import type { Container } from "@dagger.io/dagger";
import { codedError, lastLines } from "./errors.ts";
import { type Failure, failureIn } from "./failure.ts";

/**
 * Runs a script in a container with its arguments, and returns the container. Fails with TOOL_FAILED when it broke down.
 *
 * @param error the error of a script that gave up
 */
export async function ran(
  container: Container,
  script: string,
  args: readonly string[],
  error: (failure: Failure) => Error,
): Promise<Container> {
  const done = container.withExec(["sh", "-c", script, "script", ...args]);
  const failure = failureIn(await printedBy(done));
  if (failure !== undefined) throw error(failure);
  return done;
}

async function printedBy(done: Container): Promise<string> {
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
