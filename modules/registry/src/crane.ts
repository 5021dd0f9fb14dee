import { randomUUID } from "node:crypto";
import { type Container, ReturnType } from "@dagger.io/dagger";
import { kindOf, type Ran, retryAfter } from "./crane-errors.ts";
import { refusal } from "./refusal.ts";
import { retried } from "./retry.ts";
import type { Settings } from "./settings.ts";
import { crane, insecure, type Reached, toolFor } from "./tool.ts";

/** A request for a manifest only takes less time than one that sends layers. */
const brief = 60;

/** A call of crane. */
export interface Call {
  readonly args: readonly string[];
  readonly reached: readonly Reached[];
  /** A reference in the registry that the call writes to or asks. */
  readonly reference: string;
  /** Whether the call sends layers, which takes longer. */
  readonly sends: boolean;
  /** Adds the files that crane reads. */
  readonly input?: (tool: Container) => Container;
}

/**
 * Runs crane, and again after a failure that may pass by itself. A failure is a result, not an error. Each attempt is
 * a step of its own, so that its output is visible.
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
 * Runs crane and returns its output. Fails with the code for the kind of the failure.
 *
 * @param doing what crane had to do and on what, for the error
 */
export async function output(settings: Settings, doing: string, call: Call): Promise<string> {
  const ran = await run(settings, call);
  if (ran.exitCode === 0) return ran.stdout;
  throw refusal(doing, ran);
}

/** The number of calls that run at the same time in one container. */
const atOnce = 8;

// Prints a line for each call: its number, its exit code, its output and the end of its stderr, both in base64. Lines do not
// mix, because each is shorter than PIPE_BUF.
const script = String.raw`
ask() {
  code=0
  timeout "$limit" "$@" > "/tmp/$number.out" 2> "/tmp/$number.err" || code=$?
  printf '%s %s %s. %s.\n' "$number" "$code" "$(tail -c 600 "/tmp/$number.out" | base64 | tr -d '\n')" \
    "$(tail -c 1800 "/tmp/$number.err" | base64 | tr -d '\n')"
}
limit=$1 at_once=$2 references=$3
shift 3
number=0
printf '%s\n' "$references" | {
  while IFS= read -r reference; do
    ask "$@" "$reference" &
    number=$((number + 1))
    [ $((number % at_once)) -ne 0 ] || wait
  done
  wait
}
`;

/**
 * Asks for the digests of several references with one container, each once. Returns every answer, in the same order;
 * undefined for a reference that the container did not reach.
 */
export async function sideBySide(
  settings: Settings,
  reached: readonly Reached[],
  references: readonly string[],
): Promise<readonly (Ran | undefined)[]> {
  const flags = insecure(reached) ? ["--insecure"] : [];
  const limit = Math.min(settings.timeout, brief);
  const words = [String(limit), String(atOnce), references.join("\n"), crane, ...flags, "digest"];
  const { stdout } = await once(await toolFor(settings, reached), ["sh", "-c", script, "ask", ...words]);
  const answers = new Map(
    [...stdout.matchAll(/^(\d+) (\d+) ([\w+/=]*)\. ([\w+/=]*)\.$/gm)].map(
      ([, number, code, out = "", err = ""]) => [
        Number(number),
        { exitCode: Number(code), stdout: plain(out), stderr: plain(err) },
      ],
    ),
  );
  return references.map((_, at) => answers.get(at));
}

function plain(base64: string): string {
  return Buffer.from(base64, "base64").toString();
}

async function once(tool: Container, args: string[]): Promise<Ran> {
  // Without a value that differs, the engine would reuse the answer of an earlier attempt.
  const ran = tool
    .withEnvVariable("SLIPWAY_ATTEMPT", randomUUID())
    .withExec(args, { expect: ReturnType.Any });
  try {
    const exitCode = await ran.exitCode();
    const [stdout, stderr] = await Promise.all([ran.stdout(), ran.stderr()]);
    return { exitCode, stdout, stderr };
  } catch (error) {
    // The engine treats an exit code above 127, as after a signal, as an error.
    if (isExecError(error)) return { exitCode: error.exitCode, stdout: "", stderr: error.stderr };
    throw error;
  }
}

// crane does not report the pause that a server asks for, but `crane -v` shows each answer. The output goes into a file,
// because nobody wants to read it. The request has no body, and crane masks the login.
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

// Recognized by its fields, because the SDK that a module gets at run time does not export the class.
function isExecError(error: unknown): error is Error & { exitCode: number; stderr: string } {
  return (
    error instanceof Error &&
    "exitCode" in error &&
    typeof error.exitCode === "number" &&
    "stderr" in error &&
    typeof error.stderr === "string"
  );
}
