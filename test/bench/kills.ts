import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { attached } from "#modules/cosign/src/reference.ts";
import { testResultType } from "#pipelines/release/attest/test-result.ts";
import { ensureEngine } from "../../ci/engine/engine.ts";
import { goTool } from "../../ci/engine/go-tool.ts";
import { engineInstance } from "../../ci/engine/instance.ts";
import { markedProcesses, send } from "../../ci/engine/process.ts";
import { ended } from "../../ci/program.ts";
import { leanService } from "../fixtures/lean.ts";
import { cosign } from "../modules/cosign/cosign-itself.ts";
import { layersIn } from "../modules/cosign/layers.ts";
import { image, type ReleaseWorld, releaseWorld } from "../servers/release-world.ts";
import { spreadOf } from "./statistics.ts";

/**
 * `npm run bench:kills -- 200 10`: kills so many releases, each at a random moment, and makes each anew; of every ten it
 * is the engine that is killed once, else the process that calls it. Afterwards there has to be one commit for each, its tag
 * has to name the digest in it, and there have to be one signature and one attestation of each type, all of which verify.
 * Says for each what the killed one had left, and at the end the median seconds that a whole one and one made anew took.
 * With SLIPWAY_ENGINE_NAME the engine is one of its own.
 */
const points = Number(process.argv[2] ?? 20);
const everyEngine = Number(process.argv[3] ?? 10);
/** Releases that are left alone at first: the engine's first is slow, the second says how long one takes. */
const alone = 2;
const root = fileURLToPath(new URL("../..", import.meta.url));

const files = (number: number) => ({
  "slipway.yaml": `services:
  app: {path: ., lint: [], types: false, test: false, image: {name: ${image}}}
release:
  tags: ["type=raw,value=r${number}"]
  gitops: {repository: "https://git.example.com/fleet.git", overlays: [staging]}
`,
  ...leanService(`NUMBER = ${number}\n`),
});

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
}

function release(world: ReleaseWorld, env: Readonly<Record<string, string>>): Run {
  const [, , ...options] = world.arguments("release");
  const child = spawn(join(root, "node_modules/.bin/tsx"), ["test/bench/release-once.ts", ...options], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", ...env, ...world.env },
    detached: true,
  });
  let text = "";
  const add = (part: Buffer) => {
    text += part;
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  return { child, ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, text }))) };
}

/** The faults that a finished release has. */
async function faultsOf(world: ReleaseWorld, number: number): Promise<readonly string[]> {
  const { registry, fleet, keys } = world;
  const commits = fleet.lines("rev-list", "main").length - 1;
  const [, digest = "none"] =
    /(sha256:[0-9a-f]{64})/.exec(fleet.git("show", "main:staging/kustomization.yaml")) ?? [];
  const name = `127.0.0.1:${registry.port}/team/app`;
  const env = { SSL_CERT_FILE: registry.caFile, DOCKER_CONFIG: `${world.folder}/docker` };
  const tagged = await craned(["digest", `${name}:r${number}`], env);
  const by = [`--key=${keys.publicFile}`, "--insecure-ignore-tlog=true", `${name}@${digest}`];
  const faults = commits === number ? [] : [`${commits} commits after ${number} releases`];
  if (tagged !== digest) faults.push(`the tag names ${tagged}, the commit ${digest}`);
  await cosign(["verify", ...by], env).catch((error: unknown) => faults.push(`signature: ${error}`));
  const types = ["spdxjson", "cyclonedx", "vuln", "slsaprovenance1", testResultType];
  for (const type of types) {
    const args = ["verify-attestation", `--type=${type}`, ...by];
    await cosign(args, env).catch((error: unknown) => faults.push(`${type}: ${error}`));
  }
  for (const [kind, wanted] of [
    ["sig", 1],
    ["att", types.length],
  ] as const) {
    const there = layersIn(JSON.parse(await craned(["manifest", attached({ name, digest }, kind)], env)));
    if (there.length !== wanted) faults.push(`${there.length} of .${kind}, not ${wanted}`);
  }
  return faults;
}

/** What crane prints. */
async function craned(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await ended(await goTool("crane"), args, { env: { ...process.env, ...env } });
  return stdout.trim();
}

/** What is public of a release that others before it have not left, in the order in which it comes to be. */
async function left(world: ReleaseWorld, number: number, before: ReadonlySet<string>): Promise<string> {
  const tags = (await tagsOf(world)).filter((tag) => !before.has(tag));
  const there = [
    tags.some((tag) => tag.endsWith(".sig")) ? ["signature"] : [],
    tags.some((tag) => tag.endsWith(".att")) ? ["attestations"] : [],
    tags.includes(`r${number}`) ? ["tag"] : [],
    world.fleet.lines("rev-list", "main").length - 1 === number ? ["commit"] : [],
  ];
  return there.flat().join(", ") || "no signature";
}

async function tagsOf({ registry, folder }: ReleaseWorld): Promise<readonly string[]> {
  const env = { SSL_CERT_FILE: registry.caFile, DOCKER_CONFIG: `${folder}/docker` };
  const text = await craned(["ls", `127.0.0.1:${registry.port}/team/app`], env);
  return text.split("\n");
}

/** Kills the engine with all that runs in it. */
function killEngine(): void {
  for (const { pid } of markedProcesses(engineInstance().runDir)) send(pid, "SIGKILL");
}

async function main(): Promise<void> {
  let { env } = await ensureEngine();
  const world = await releaseWorld({ git: "fleet password", key: "key password" });
  try {
    const { port, username, password } = world.registry;
    const login = { SSL_CERT_FILE: world.registry.caFile, DOCKER_CONFIG: `${world.folder}/docker` };
    const host = `127.0.0.1:${port}`;
    await craned(["auth", "login", host, "-u", username, "-p", password], login);
    let whole = 0;
    let broken = 0;
    let over = 0;
    const anew: number[] = [];
    const had = new Map<string, number>();
    for (let number = 1; number <= points + alone; number++) {
      await world.commit(`release ${number}`, files(number));
      let what = "left alone";
      if (number > alone) {
        const before = new Set(await tagsOf(world));
        const engine = (number - alone) % everyEngine === 0;
        const after = Math.random() * whole;
        const { child, ended } = release(world, env);
        await Promise.race([sleep(after), ended]);
        if (child.exitCode !== null) over += 1;
        else if (engine) killEngine();
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
        await ended;
        const there = await left(world, number, before);
        had.set(there, (had.get(there) ?? 0) + 1);
        what = `${engine ? "engine" : "process"} killed after ${(after / 1000).toFixed(1)} s, with ${there}`;
        if (engine) env = (await ensureEngine()).env;
      }
      const began = Date.now();
      const { code, text } = await release(world, env).ended;
      const took = Date.now() - began;
      if (number <= alone) whole = took;
      else anew.push(took / 1000);
      const faults = code === 0 ? await faultsOf(world, number) : [`exit code ${code}: ${text.slice(-1500)}`];
      if (faults.length > 0) broken += 1;
      const seconds = (took / 1000).toFixed(1);
      process.stdout.write(
        `${number} ${what}, made anew in ${seconds} s: ${faults.length === 0 ? "holds" : faults.join("; ")}\n`,
      );
    }
    for (const [there, times] of had) process.stdout.write(`${times} with ${there}\n`);
    const spread = spreadOf(anew);
    process.stdout.write(
      `${points - over} killed, ${over} were over before, ${broken} do not hold; whole ${(whole / 1000).toFixed(1)} s, anew ${spread?.median.toFixed(1)} s\n`,
    );
    process.exitCode = broken === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
}

await main();
