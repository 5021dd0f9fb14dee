import { randomUUID } from "node:crypto";
import { type Container, ReturnType } from "@dagger.io/dagger";
import { refusal } from "./refusal.ts";
import { retried } from "./retry.ts";
import type { Settings } from "./settings.ts";
import { crane, insecure, type Reached, toolFor } from "./tool.ts";
import { kindOf, type Ran, retryAfter } from "./words.ts";

/** What asks for no more than a manifest is answered sooner than what sends layers. */
const brief = 60;

/** A call of crane's. */
export interface Call {
  readonly args: readonly string[];
  readonly reached: readonly Reached[];
  /** A reference of the registry that is written to or asked. */
  readonly reference: string;
  /** Whether layers are sent, which takes its time. */
  readonly sends: boolean;
  /** Adds what it reads. */
  readonly input?: (tool: Container) => Container;
}

/**
 * Runs crane, again while what it fails with may pass by itself. A failure is a result; each attempt is an exec of its
 * own, so what it prints can be seen.
 */
export async function run(settings: Settings, call: Call): Promise<Ran> {
  const bare = await toolFor(settings, call.reached);
  const tool = call.input ? call.input(bare) : bare;
  const limit = call.sends ? settings.timeout : Math.min(settings.timeout, brief);
  const flags = insecure(call.reached) ? ["--insecure"] : [];
  return retried(
    {
      attempt: () => once(tool, ["timeout", String(limit), crane, ...flags, ...call.args]),
      mayPass: (ran) => ran.exitCode !== 0 && ["throttled", "passing"].includes(kindOf(ran)),
      wanted: async (ran) =>
        kindOf(ran) === "throttled"
          ? asked(bare, ["timeout", String(brief), crane, ...flags, "-v", "digest", call.reference])
          : 0,
    },
    settings.deadline,
  );
}

/**
 * Runs crane and gives what it printed. Fails with the code for what it failed with.
 *
 * @param doing what it is to do and on what, for the error
 */
export async function output(settings: Settings, doing: string, call: Call): Promise<string> {
  const ran = await run(settings, call);
  if (ran.exitCode === 0) return ran.stdout;
  throw refusal(doing, ran);
}

async function once(tool: Container, args: string[]): Promise<Ran> {
  // Without something that differs the engine would take the answer of an earlier attempt.
  const ran = tool
    .withEnvVariable("SLIPWAY_ATTEMPT", randomUUID())
    .withExec(args, { expect: ReturnType.Any });
  try {
    const exitCode = await ran.exitCode();
    const [stdout, stderr] = await Promise.all([ran.stdout(), ran.stderr()]);
    return { exitCode, stdout, stderr };
  } catch (error) {
    // Above 127, which is what a signal leaves, an exit code is an error to the engine.
    if (isExecError(error)) return { exitCode: error.exitCode, stdout: "", stderr: error.stderr };
    throw error;
  }
}

// crane does not say how long a server wants to be left alone, but shows it where it shows each answer. Into a file:
// this is no reading for people. The request has no body, and crane blots the login out.
async function asked(tool: Container, args: string[]): Promise<number> {
  const redirectStderr = "/reports/answers.txt";
  const ran = tool
    .withEnvVariable("SLIPWAY_ATTEMPT", randomUUID())
    .withExec(args, { expect: ReturnType.Any, redirectStderr });
  try {
    return retryAfter(await ran.file(redirectStderr).contents(), Date.now());
  } catch (error) {
    if (isExecError(error)) return 0;
    throw error;
  }
}

// Told by its fields, since the SDK that a module is given at run time does not export the class.
function isExecError(error: unknown): error is Error & { exitCode: number; stderr: string } {
  return (
    error instanceof Error &&
    "exitCode" in error &&
    typeof error.exitCode === "number" &&
    "stderr" in error &&
    typeof error.stderr === "string"
  );
}
