import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ensureEngine } from "../../ci/engine/engine.ts";
import { goTool } from "../../ci/engine/go-tool.ts";
import { cosign } from "../modules/cosign/keys.ts";
import { image, type ReleaseWorld, releaseWorld } from "../servers/release-world.ts";

/**
 * `npx tsx test/bench/kills.ts 200`: kills so many releases, each at a random moment, and makes each anew. Afterwards there
 * has to be one commit for each, its tag has to name the digest in it, and signature and attestations have to verify.
 */
const points = Number(process.argv[2] ?? 20);
const root = fileURLToPath(new URL("../..", import.meta.url));

const files = (number: number) => ({
  "slipway.yaml": `services:
  app: {path: ., lint: [], types: false, test: false, image: {name: ${image}}}
release:
  tags: ["type=raw,value=r${number}"]
  gitops: {repository: "https://git.example.com/fleet.git", overlays: [staging]}
`,
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "app.py": `NUMBER = ${number}\n`,
  Dockerfile:
    "FROM python:3.13-slim\nRUN python -m pip uninstall --yes setuptools wheel pip\nCOPY app.py /app.py\nUSER 10001\nHEALTHCHECK NONE\n",
});

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
}

function release(world: ReleaseWorld, cli: string, env: Readonly<Record<string, string>>): Run {
  const child = spawn(cli, ["--progress=plain", ...world.arguments("release")], {
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
  const crane = await goTool("crane");
  const tagged = await output(crane, ["digest", `${name}:r${number}`], env);
  const by = [`--key=${keys.publicFile}`, "--insecure-ignore-tlog=true", `${name}@${digest}`];
  const faults = commits === number ? [] : [`${commits} commits after ${number} releases`];
  if (tagged !== digest) faults.push(`the tag names ${tagged}, the commit ${digest}`);
  await cosign(["verify", ...by], env).catch((error: unknown) => faults.push(`signature: ${error}`));
  for (const type of ["spdxjson", "cyclonedx", "vuln", "slsaprovenance1"]) {
    const args = ["verify-attestation", `--type=${type}`, ...by];
    await cosign(args, env).catch((error: unknown) => faults.push(`${type}: ${error}`));
  }
  return faults;
}

async function output(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  let text = "";
  for await (const part of child.stdout) text += part;
  return text.trim();
}

async function main(): Promise<void> {
  const { cli, env } = await ensureEngine();
  const world = await releaseWorld({ git: "fleet password", key: "key password" });
  try {
    const { port, username, password } = world.registry;
    const login = { SSL_CERT_FILE: world.registry.caFile, DOCKER_CONFIG: `${world.folder}/docker` };
    await output(
      await goTool("crane"),
      ["auth", "login", `127.0.0.1:${port}`, "-u", username, "-p", password],
      login,
    );
    let longest = 0;
    let broken = 0;
    for (let number = 1; number <= points + 1; number++) {
      await world.commit(`release ${number}`, files(number));
      const began = Date.now();
      // The first one is left alone: it says how long one takes.
      const after = number === 1 ? undefined : Math.random() * longest;
      if (after !== undefined) {
        const { child, ended } = release(world, cli, env);
        await Promise.race([sleep(after), ended]);
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
        await ended;
      }
      const { code, text } = await release(world, cli, env).ended;
      if (number === 1) longest = Date.now() - began;
      const faults = code === 0 ? await faultsOf(world, number) : [`exit code ${code}: ${text.slice(-1500)}`];
      if (faults.length > 0) broken += 1;
      const what = after === undefined ? "whole" : `killed after ${(after / 1000).toFixed(1)} s`;
      process.stdout.write(`${number} ${what}: ${faults.length === 0 ? "holds" : faults.join("; ")}\n`);
    }
    process.stdout.write(`${points} killed, ${broken} do not hold\n`);
    process.exitCode = broken === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
}

await main();
