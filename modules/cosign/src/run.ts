import { randomUUID } from "node:crypto";
import { type Container, type File, ReturnType } from "@dagger.io/dagger";
import { fault } from "./fault.ts";
import { mayPass, type Ran } from "./refusal.ts";
import { retried } from "./retry.ts";

export interface Finished extends Ran {
  readonly stdout: File;
}

/** More than this is not read back: a statement and the signature around it for each attestation of one type. */
const mostBytes = 96 * 1024 * 1024;

const redirectStdout = "/reports/stdout";

/**
 * Runs cosign, again while what it fails with may pass by itself, for so many seconds. A failure is a result.
 *
 * @param of all that the answer hangs on besides the tool and its arguments, so that the engine may give the same answer
 *   again; it never does so by default
 */
export function run(
  tool: Container,
  args: readonly string[],
  deadline: number,
  of: string = randomUUID(),
): Promise<Finished> {
  let attempt = of;
  return retried(
    async () => {
      // Without something that differs the engine would take the answer of an earlier attempt.
      const ran = tool
        .withEnvVariable("SLIPWAY_ATTEMPT", attempt)
        .withExec(["/usr/local/bin/cosign", ...args], { expect: ReturnType.Any, redirectStdout });
      attempt = randomUUID();
      const exitCode = await ran.exitCode();
      return { exitCode, stderr: await ran.stderr(), stdout: ran.file(redirectStdout) };
    },
    mayPass,
    deadline,
  );
}

/** What cosign printed, as a file of that name. Fails with REPORT_TOO_LARGE. */
export async function output(name: string, { stdout }: Finished): Promise<File> {
  const bytes = await stdout.size();
  if (bytes <= mostBytes) return stdout.withName(name);
  throw fault(
    "REPORT_TOO_LARGE",
    `cosign printed ${bytes} bytes of what it verified`,
    `Take old attestations away: at most ${mostBytes} are read.`,
  );
}
