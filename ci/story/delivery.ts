import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundledTree } from "../bundled-tree.ts";
import { daggerCall } from "../dagger-call.ts";
import type { Engine } from "../engine/engine.ts";
import { say } from "../engine/progress.ts";
import { exampleDatabase } from "../engine/vulnerability-db.ts";
import { type DeliveryWorld, deliveryWorld } from "../servers/delivery-world.ts";
import { type Keys, makeKeys } from "../servers/keys.ts";
import { type PrometheusServer, startPrometheus } from "../servers/prometheus.ts";
import { type RegistryServer, startRegistry } from "../servers/registry.ts";
import { environments, gitopsFiles, ordersIn, type ShopSource, shopSource } from "./shop.ts";

/** Everything that the story needs, on this machine, in a temporary folder. */
interface Stage {
  readonly folder: string;
  readonly source: ShopSource;
  readonly registry: RegistryServer;
  readonly metrics: PrometheusServer;
  readonly world: DeliveryWorld;
  readonly keys: Keys;
  /** The secrets that the calls name. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes a call, and says whether it ended as told: it passes, or fails with a code. */
type Call = (args: readonly string[], failsWith?: string) => Promise<void>;

/**
 * Plays the example's whole delivery on this machine: a release, its promotion in two waves, a bad release that a query
 * catches and that is rolled back, a hold, and the fix. All is real but the node, which only says that Pods run, and the
 * service, whose error rate is made up from what Git wants to run.
 *
 * @returns 0 if each call ended as the story tells.
 */
export async function playDelivery({ cli, env, kind }: Engine): Promise<number> {
  if (kind === "packages") await exampleDatabase();
  say("▸ starting a cluster, Argo CD, Prometheus, a registry and a git server …");
  const stage = await openStage();
  // As a release has it: each of a dozen calls begins some seconds earlier.
  const module = await bundledTree();
  const call: Call = async (args, failsWith) => {
    let heard = "";
    const hear = (text: string) => {
      heard += text;
    };
    const variables = { NO_COLOR: "1", ...process.env, ...env, ...stage.env };
    const options = { cwd: stage.folder, env: variables, isShort: true, hear };
    const code = await daggerCall(cli, ["--progress=plain", "call", `--mod=${module}`, ...args], options);
    if (failsWith === undefined ? code === 0 : code !== 0 && heard.includes(failsWith)) return;
    throw new Error(`the story stops: \`${args[0]}\` ended with exit code ${code}`);
  };
  const errors = serveErrors(stage);
  try {
    await play(stage, call, errors);
    await end(stage);
    return 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    errors.stop();
    await close(stage);
  }
}

async function play(stage: Stage, call: Call, errors: Errors): Promise<void> {
  const { source } = stage;
  const promote = ["promote", "--to=eu,us", ...delivery(stage), ...looking(stage), ...registryOf(stage)];
  const of = (name: string, environment: string, ...rest: string[]) => [
    name,
    `--environment=${environment}`,
    ...delivery(stage),
    ...rest,
  ];
  const release = async () => {
    await call(["release", ...(await releasing(stage)), ...delivery(stage), ...registryOf(stage)]);
    await call(of("await", "staging", ...argocdOf(stage), "--secrets=env://ARGOCD_TOKEN"));
  };
  chapter("A commit is released, and staging runs it");
  await release();
  chapter("It goes to production in two waves: eu, and us when eu is confirmed");
  await call(promote);
  chapter("A bad release: its error rate in eu ends the promotion, and eu is rolled back; us never had it");
  await source.change("Round prices wrongly");
  await release();
  errors.isBad = true;
  await call(promote, "CONFIRMATION_FAILED");
  errors.isBad = false;
  chapter("eu is held until there is a fix");
  await call(of("hold", "eu", "--reason=prices are wrong", "--until=2h", "--by=ada"));
  await call(promote, "PROMOTION_REFUSED");
  chapter("The fix is released and promoted");
  await source.change("Round prices right");
  await release();
  await call(of("resume", "eu", "--reason=fixed", "--by=ada"));
  await call(promote);
  chapter("What runs where, and who did what");
  await call(["status", ...delivery(stage), ...argocdOf(stage), "--secrets=env://ARGOCD_TOKEN"]);
  await call(["record", ...delivery(stage)]);
}

let chapters = 0;

function chapter(title: string): void {
  chapters += 1;
  say(`\n━━ ${chapters}. ${title}`);
}

async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-story-"));
  const source = await shopSource(join(folder, "source"));
  const password = randomBytes(18).toString("base64url");
  const keys = await makeKeys(folder, "cosign", password);
  const registry = await startRegistry(join(folder, "registry"), { names: ["127.0.0.1"] });
  const metrics = await startPrometheus();
  const prometheus = { url: `https://${metrics.host}:${metrics.port}`, username: metrics.username };
  const world = await deliveryWorld(async (server, repository) =>
    gitopsFiles(`registry.test:${registry.port}`, { server, repository }, prometheus, keys.publicKey),
  );
  await writeFile(join(folder, "argocd.pem"), world.argo.ca);
  await writeFile(join(folder, "prometheus.pem"), metrics.ca);
  await world.follow(Object.fromEntries(environments.map((name) => [`shop-${name}`, `overlays/${name}`])));
  const env = {
    ARGOCD_TOKEN: world.argo.token,
    PROMETHEUS_PASSWORD: metrics.password,
    REGISTRY_PASSWORD: registry.password,
    COSIGN_PASSWORD: password,
  };
  return { folder, source, registry, metrics, world, keys, env };
}

async function close({ folder, registry, metrics, world }: Stage): Promise<void> {
  await world.close();
  await metrics.close();
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
}

async function releasing({ source, keys, registry }: Stage): Promise<readonly string[]> {
  return [
    `--git=${join(source.folder, ".git")}`,
    `--registry=registry.test:${registry.port}`,
    `--vulnerability-db=${dirname(await exampleDatabase())}`,
    `--signing-key=file://${keys.privateFile}`,
    "--signing-password=env://COSIGN_PASSWORD",
  ];
}

function registryOf({ registry }: Stage): readonly string[] {
  return [
    `--registry-username=${registry.username}`,
    "--registry-password=env://REGISTRY_PASSWORD",
    `--registry-ca=${registry.caFile}`,
    `--registry-service=tcp://127.0.0.1:${registry.port}`,
  ];
}

function delivery({ world }: Stage): readonly string[] {
  return [`--gitops-repository=${world.url}`, `--git-service=tcp://127.0.0.1:${world.git.port}`];
}

function argocdOf({ folder, world }: Stage): readonly string[] {
  return [`--argocd-ca=${join(folder, "argocd.pem")}`, `--argocd-service=tcp://127.0.0.1:${world.argo.port}`];
}

function looking(stage: Stage): readonly string[] {
  return [
    ...argocdOf(stage),
    `--prometheus-ca=${join(stage.folder, "prometheus.pem")}`,
    `--prometheus-service=tcp://127.0.0.1:${stage.metrics.port}`,
    "--secrets=env://ARGOCD_TOKEN,env://PROMETHEUS_PASSWORD",
    "--by=ada",
  ];
}

/** The error rates that Prometheus reads, by what Git wants to run. */
interface Errors {
  /** Whether the image of staging makes errors, wherever it is. */
  isBad: boolean;
  stop(): void;
}

function serveErrors({ world, metrics }: Stage): Errors {
  const [newest, ...production] = environments;
  const look = () => {
    const bad = errors.isBad ? ordersIn(world.fleet, newest) : undefined;
    const rates = production.map((name) => {
      const rate = bad !== undefined && ordersIn(world.fleet, name) === bad ? 0.2 : 0.001;
      return `error_ratio{environment="${name}"} ${rate}\n`;
    });
    metrics.serve(rates.join(""));
  };
  const errors = { isBad: false, stop: () => clearInterval(timer) };
  const timer = setInterval(look, 500);
  look();
  return errors;
}

/** In a terminal, everything stays until Ctrl-C, so that one can look. */
async function end({ world, folder }: Stage): Promise<void> {
  if (!process.stdin.isTTY) return;
  await writeFile(join(folder, "kubeconfig"), world.cluster.kubeconfig(), { mode: 0o600 });
  const rows = [
    ["GitOps", `git -C ${world.fleet.path} log --graph --all`],
    ["cluster", `kubectl --kubeconfig=${join(folder, "kubeconfig")} get pods --all-namespaces`],
    ["Argo CD", `https://${world.argo.address}, with the token ${world.argo.adminToken}`],
  ];
  say(
    `\nLook around; Ctrl-C ends it:\n${rows.map(([what = "", where]) => `  ${what.padEnd(9)}${where}`).join("\n")}`,
  );
  await new Promise<void>((resolve) => process.once("SIGINT", resolve));
}
