import { type Container, ReturnType } from "@dagger.io/dagger";

/**
 * git fails with 128, which is an exit code to engines up to 0.19.10 alone: it becomes 2.
 * https://github.com/dagger/dagger/blob/v0.19.11/core/container.go, ReturnTypes.ReturnCodes.
 */
const script = 'code=0\n"$@" || code=$?\n[ "$code" -le 127 ] || code=2\nexit "$code"';

/** Runs what asks git; a failure is a result. What it prints goes to the file `report` where one is named. */
export function asked(container: Container, args: readonly string[], report?: string): Container {
  return container.withExec(["sh", "-c", script, "asked", ...args], {
    expect: ReturnType.Any,
    ...(report === undefined ? {} : { redirectStdout: report }),
  });
}
