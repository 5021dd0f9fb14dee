import { $, which } from "zx";
import { engineInstance } from "./instance.ts";
import { clientEnv, startEngine } from "./lifecycle.ts";
import { daggerCli } from "./parts.ts";
import { say } from "./progress.ts";

/** An engine to work with. */
export interface Engine {
  /** The origin: `given` by the environment; started by Dagger in a container `runtime`; made from `packages`. */
  readonly kind: "given" | "runtime" | "packages";
  /** The reason for the choice, for people. */
  readonly why: string;
  /** Variables for the environment of the CLI, or of a program that uses the SDK. */
  readonly env: Readonly<Record<string, string>>;
  /** The program `dagger`. */
  readonly cli: string;
}

/** The facts that the choice of an engine depends on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the system is Linux and the user is root. */
  readonly rootOnLinux: boolean;
  /** Finds a program on PATH. */
  find(program: string): Promise<string | null>;
  /** Says whether a container runtime's `info` succeeds within a few seconds. */
  answers(runtime: string): Promise<boolean>;
}

export type Choice = Pick<Engine, "kind" | "why">;

const runtimes = ["docker", "podman", "nerdctl"];
const patience = "5s";

/**
 * Makes sure that there is an engine, prints in one line which one and why, and returns it. It takes the first
 * available one of:
 *
 * - the engine that the environment points at
 * - the engine that `dagger` on PATH starts in a container runtime that answers
 * - on Linux as root, an engine made from packages
 *
 * Fails with ENGINE_NOT_AVAILABLE if none of these is available, and as `startEngine` does.
 */
export async function ensureEngine(): Promise<Engine> {
  const choice = await chooseEngine(surroundings);
  say(`engine: ${choice.why}`);
  const quiet = { DAGGER_NO_NAG: "1", DO_NOT_TRACK: "1" };
  if (choice.kind === "packages") {
    const running = await startEngine(engineInstance());
    return { ...choice, cli: running.cli, env: { ...quiet, ...clientEnv(running) } };
  }
  const cli =
    process.env._EXPERIMENTAL_DAGGER_CLI_BIN || (await surroundings.find("dagger")) || (await daggerCli());
  return { ...choice, cli, env: { ...quiet, _EXPERIMENTAL_DAGGER_CLI_BIN: cli } };
}

/**
 * Chooses the engine and starts nothing.
 *
 * Fails with ENGINE_NOT_AVAILABLE if no engine is available. The message names the programs to install.
 */
export async function chooseEngine({ env, rootOnLinux, find, answers }: Surroundings): Promise<Choice> {
  for (const name of ["DAGGER_SESSION_PORT", "_EXPERIMENTAL_DAGGER_RUNNER_HOST"]) {
    if (env[name]) return { kind: "given", why: `the one that ${name} points at` };
  }
  const dagger = await find("dagger");
  const runtime = dagger && (await firstThat(runtimes, answers));
  if (runtime) return { kind: "runtime", why: `${dagger} on PATH, in ${runtime}, which answers` };
  const lacking = dagger
    ? `no container runtime answers (tried ${runtimes.join(", ")})`
    : "no `dagger` on PATH";
  if (rootOnLinux)
    return { kind: "packages", why: `made from packages, because ${lacking} and this is root on Linux` };
  throw new Error(
    `ENGINE_NOT_AVAILABLE: ${lacking}, _EXPERIMENTAL_DAGGER_RUNNER_HOST is not set, and an engine from packages ` +
      "needs root on Linux. Install Dagger 0.19.10 or newer (https://docs.dagger.io/install) and Docker, Podman " +
      "or nerdctl, or run this as root on Debian or Ubuntu.",
  );
}

const surroundings: Surroundings = {
  env: process.env,
  rootOnLinux: process.platform === "linux" && process.getuid?.() === 0,
  find: (program) => which(program, { nothrow: true }),
  answers: async (runtime) => {
    if ((await which(runtime, { nothrow: true })) === null) return false;
    const info = $({ quiet: true, nothrow: true, timeout: patience, timeoutSignal: "SIGKILL" });
    return (await info`${runtime} info`).exitCode === 0;
  },
};

async function firstThat(
  names: readonly string[],
  holds: (name: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const name of names) if (await holds(name)) return name;
  return undefined;
}
