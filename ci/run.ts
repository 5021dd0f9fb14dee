import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { daggerCall } from "./dagger-call.ts";
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
  npm run ci -- deliver                    releases the example, promotes it in two waves, and rolls a bad release back, on
                                           an Argo CD and a Prometheus of this machine; on Linux as root

The engine is the first available one of:
  1. the one that the environment points at (_EXPERIMENTAL_DAGGER_RUNNER_HOST, or inside \`dagger run\`)
  2. the one that \`dagger\` on PATH starts in Docker, Podman or nerdctl
  3. on Linux as root, one made from packages: ci/engine/README.md says what that changes on a machine

The exit code is that of \`dagger call\`. Without a terminal, stderr has what Slipway says and the path of dagger's whole
log; with SLIPWAY_DEBUG=1, it has the log itself.
`;

const root = fileURLToPath(new URL("..", import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  if (args.length === 1 && (args[0] === "--help" || args[0] === "-h")) {
    process.stdout.write(usage);
    return 0;
  }
  const engine = await ensureEngine();
  if (args.length === 1 && args[0] === "deliver") {
    const { playDelivery } = await import("./story/delivery.ts");
    return playDelivery(engine);
  }
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
    const code = await daggerCall(engine.cli, [...plain, "call", ...call], { cwd: root, env, isShort });
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
