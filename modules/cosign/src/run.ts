import { randomUUID } from "node:crypto";
import { type Container, type File, ReturnType } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";
import { mayPass, type Ran } from "./refusal.ts";
import { retried } from "./retry.ts";

export interface Finished extends Ran {
  readonly stdout: File;
}

/** The most bytes that are read: for each attestation of one type, a statement and the signature around it. */
const mostBytes = 96 * 1024 * 1024;

/**
 * cosign writes its output here itself. The engine's redirect would also print it in the log, and attestations have
 * megabytes.
 */
const printed = "/reports/stdout";

/**
 * Runs cosign, and again after a failure that may pass by itself, until the deadline. A failure is a result, not an
 * error.
 *
 * @param of everything that a success depends on besides the tool and its arguments: the engine reuses a success with
 *   the same text. It never reuses a failure, and it reuses nothing for an empty text
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
 * Runs a command that writes, and again after a failure that may pass by itself. Before another attempt it checks
 * whether the first one succeeded, because an answer may be lost after the write.
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
  // Without a value that differs, the engine would reuse the answer of an earlier attempt.
  const ran = tool
    .withEnvVariable("SLIPWAY_ATTEMPT", attempt)
    .withExec(["/usr/local/bin/cosign", `--output-file=${printed}`, ...args], { expect: ReturnType.Any });
  const exitCode = await ran.exitCode();
  return { exitCode, stderr: await ran.stderr(), stdout: ran.file(printed) };
}

/** cosign's output, as a file of that name. Fails with REPORT_TOO_LARGE. */
export async function output(name: string, { stdout }: Finished): Promise<File> {
  const bytes = await stdout.size();
  if (bytes <= mostBytes) return stdout.withName(name);
  throw codedError(
    "REPORT_TOO_LARGE",
    `cosign verified attestations of ${bytes} bytes, and the limit is ${mostBytes}`,
    "Remove old attestations from the image: `cosign clean --type=attestation IMAGE` removes all of them.",
  );
}
