import { randomUUID } from "node:crypto";
import { type Container, type File, ReturnType } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";
import { mayPass, type Ran } from "./refusal.ts";
import { retried } from "./retry.ts";

export interface Finished extends Ran {
  readonly stdout: File;
}

/** More than this is not read back: a statement and the signature around it for each attestation of one type. */
const mostBytes = 96 * 1024 * 1024;

/** cosign itself writes here: what the engine redirects stands in the log too, and attestations have megabytes. */
const printed = "/reports/stdout";

/**
 * Runs cosign, again while what it fails with may pass by itself, for so many seconds. A failure is a result.
 *
 * @param of all that success hangs on besides the tool and its arguments, so that the engine need not run it anew; a failure is
 *   never taken from an earlier call, and with an empty text nothing is
 */
export async function run(
  tool: Container,
  args: readonly string[],
  deadline: number,
  of: string = "",
): Promise<Finished> {
  const kept = of === "" ? undefined : await once(tool, args, of);
  if (kept?.exitCode === 0) return kept;
  return retried<Finished>({ attempt: () => once(tool, args, randomUUID()), mayPass }, deadline);
}

/**
 * Runs what writes, again while it fails with what may pass by itself, unless it is done by then: an answer that was lost says
 * nothing of what it was an answer to.
 */
export async function write(
  tool: Container,
  args: readonly string[],
  deadline: number,
  done: () => Promise<boolean>,
): Promise<Ran> {
  let failed = false;
  const attempt = async (): Promise<Ran> => {
    if (failed && (await done())) return { exitCode: 0, stderr: "" };
    failed = true;
    return once(tool, args, randomUUID());
  };
  return retried({ attempt, mayPass }, deadline);
}

async function once(tool: Container, args: readonly string[], attempt: string): Promise<Finished> {
  // Without something that differs the engine would take the answer of an earlier attempt.
  const ran = tool
    .withEnvVariable("SLIPWAY_ATTEMPT", attempt)
    .withExec(["/usr/local/bin/cosign", `--output-file=${printed}`, ...args], { expect: ReturnType.Any });
  const exitCode = await ran.exitCode();
  return { exitCode, stderr: await ran.stderr(), stdout: ran.file(printed) };
}

/** What cosign printed, as a file of that name. Fails with REPORT_TOO_LARGE. */
export async function output(name: string, { stdout }: Finished): Promise<File> {
  const bytes = await stdout.size();
  if (bytes <= mostBytes) return stdout.withName(name);
  throw codedError(
    "REPORT_TOO_LARGE",
    `cosign printed ${bytes} bytes of what it verified`,
    `Take old attestations away: at most ${mostBytes} are read.`,
  );
}
