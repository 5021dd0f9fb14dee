import { type Container, ReturnType } from "@dagger.io/dagger";

/**
 * Turns exit codes above 127 into 2: git fails with 128, which only engines up to 0.19.10 accept as an exit code.
 * https://github.com/dagger/dagger/blob/v0.19.11/core/container.go, ReturnTypes.ReturnCodes.
 */
const script = 'code=0\n"$@" || code=$?\n[ "$code" -le 127 ] || code=2\nexit "$code"';

/**
 * Runs a command that reads git. A failure is a result, not an error. The output goes to the file `report`, if there
 * is one.
 */
export function asked(container: Container, args: readonly string[], report?: string): Container {
  return container.withExec(["sh", "-c", script, "asked", ...args], {
    expect: ReturnType.Any,
    ...(report === undefined ? {} : { redirectStdout: report }),
  });
}
