import { spawn } from "node:child_process";
import { constants } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { keepLog } from "./call-log.ts";
import { ensureEngine } from "./engine/engine.ts";
import { progressFile } from "./engine/registry-process.ts";
import { exampleDatabase } from "./engine/vulnerability-db.ts";
import { followFile } from "./follow-file.ts";
import { isForPlayground, openPlayground, type Playground } from "./playground.ts";

const usage = `npm run ci [-- ARGS…]: \`dagger call ARGS…\` on this repository's module, with an engine

  npm run ci                               the example's whole pipeline: dagger call ci
  npm run ci -- ci --source ~/my-repo      any other call: ARGS go to \`dagger call\` unchanged
  npm run ci -- release                    releases the example to a registry and a GitOps repository of this machine;
                                           release-reports and verify --image=NAME@DIGEST use these too

The engine is the first available one of:
  1. the one that the environment points at (_EXPERIMENTAL_DAGGER_RUNNER_HOST, or inside \`dagger run\`)
  2. the one that \`dagger\` on PATH starts in Docker, Podman or nerdctl
  3. on Linux as root, one made from packages: ci/engine/README.md says what that changes on a machine

The exit code is that of \`dagger call\`. Without a terminal, stderr has what Slipway says and the path of dagger's whole
log; with SLIPWAY_DEBUG=1, it has the log itself.
`;

const root = fileURLToPath(new URL("..", import.meta.url));
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 1 && (args[0] === "--help" || args[0] === "-h")) {
    process.stdout.write(usage);
    return 0;
  }
  const engine = await ensureEngine();
  const fromPackages = engine.kind === "packages";
  const database = fromPackages ? ["--vulnerability-db", dirname(await exampleDatabase())] : [];
  const playground = isForPlayground(args) ? await openPlayground(args[0] ?? "") : undefined;
  const call = callOf(args, database, playground);
  // Lines about image builds and Dagger's interactive display disturb each other.
  const plain = fromPackages || !process.stderr.isTTY ? ["--progress=plain"] : [];
  const follow = fromPackages ? followFile(progressFile(), (text) => process.stderr.write(text)) : undefined;
  try {
    // Dagger colors its plain lines even without a terminal.
    const colours = process.stderr.isTTY ? {} : { NO_COLOR: "1" };
    const env = { ...colours, ...process.env, ...engine.env, ...playground?.environment };
    const isShort = !process.stderr.isTTY && (process.env.SLIPWAY_DEBUG ?? "") === "";
    const code = await run(engine.cli, [...plain, "call", ...call], env, isShort);
    process.stderr.write(playground?.places ?? "");
    return code;
  } finally {
    follow?.stop();
    await playground?.close();
  }
}

function callOf(
  args: readonly string[],
  database: readonly string[],
  playground: Playground | undefined,
): readonly string[] {
  const [name = "ci", ...rest] = args;
  if (playground === undefined) return args.length > 0 ? args : [name, "--source=.", ...database];
  return [name, ...playground.arguments, ...(name === "verify" ? [] : database), ...rest];
}

function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isShort: boolean,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ["inherit", "inherit", isShort ? "pipe" : "inherit"],
    });
    const log =
      child.stderr === null ? undefined : keepLog(child.stderr, (text) => process.stderr.write(text));
    const pass = (signal: NodeJS.Signals) => {
      // The terminal sends Ctrl-C to the child too, and a second signal would interrupt its cleanup.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, pass);
    child.once("error", (error) => reject(new Error(`TOOL_FAILED: ${command}: ${error.message}`)));
    child.once("close", (code, signal) => {
      for (const passed of signals) process.off(passed, pass);
      const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
      if (log === undefined) return resolve(exitCode);
      void log.done.then(() => {
        process.stderr.write(`Log: ${log.file}\n`);
        resolve(exitCode);
      });
    });
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
