import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { goModuleFiles } from "../engine/go-module-files.ts";
import { goTool } from "../engine/go-tool.ts";
import { type Ended, ended } from "../program.ts";
import { argoNamespace, argoSettings, pipelineAccount } from "./argo-settings.ts";
import { issue } from "./certificate.ts";
import type { Cluster } from "./cluster.ts";
import { boundDaemon, type Daemon } from "./daemon.ts";
import { ask } from "./https.ts";
import { freePort } from "./port.ts";
import { startRedis } from "./redis.ts";
import { until } from "./until.ts";

/** A real Argo CD on 127.0.0.1 that deploys into the cluster in which it keeps its settings. */
export interface ArgoCd {
  /** Where its servers run and keep their files. */
  readonly folder: string;
  readonly port: number;
  /** The name in its certificate by which containers reach it: bind `onHost(port)` as this. */
  readonly host: string;
  /** 127.0.0.1:PORT, for this machine, as `argocd --server` takes it. */
  readonly address: string;
  /** HOST:PORT, for containers. */
  readonly addressInContainers: string;
  /** The certificate of the authority that issued its own, in PEM: for `argocd --server-crt`. */
  readonly ca: string;
  /** The token of account `ci`, which may get, sync and act on Applications, and get projects. */
  readonly token: string;
  /** The token of a user who may do everything, valid for a day. */
  readonly adminToken: string;
  /** Runs argocd on this machine as account `ci`, or by `--auth-token`, to its end, whatever that is. */
  argocd(...args: string[]): Promise<Ended>;
  /** For `until`. */
  readonly servers: readonly Daemon[];
  /** What its servers printed. */
  printed(): string;
  /** Ends every server and removes their folder. The cluster keeps what it has. */
  close(): Promise<void>;
}

export interface ArgoCdOptions {
  /** How often it compares each Application with Git by itself, in seconds; default: 5. */
  readonly reconciliation?: number;
}

const host = "argo-cd.test";
const loopback = "127.0.0.1";
const module = "github.com/argoproj/argo-cd/v3";
const definitions = ["application", "appproject", "applicationset"];

/**
 * Starts Argo CD's API server, application controller, repository server and ApplicationSet controller, and Redis, in
 * a temporary folder, and waits until its API answers, without a time limit. Fails with the output of the first of them
 * that ends. One port, for the controller's metrics, listens on all addresses: it has no setting for that.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/architecture/
 */
export async function startArgoCd(
  cluster: Cluster,
  { reconciliation = 5 }: ArgoCdOptions = {},
): Promise<ArgoCd> {
  const program = await goTool("argocd");
  const beside = { argocd: program, kustomize: await goTool("kustomize"), helm: await goTool("helm") };
  const crds = await goModuleFiles(
    "argocd",
    module,
    definitions.map((name) => `manifests/crds/${name}-crd.yaml`),
  );
  const folder = await mkdtemp(join(tmpdir(), "slipway-argo-"));
  const servers: Daemon[] = [];
  const close = async () => {
    for (const server of servers.toReversed()) await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [port, repoPort, redisPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const { ca } = cluster;
    servers.push(await startRedis(folder, redisPort));

    const certificate = await issue(cluster.authority, join(folder, "server"), [host, "localhost", loopback]);
    const [cert, key] = await Promise.all(
      [certificate.certFile, certificate.keyFile].map((file) => readFile(file, "utf8")),
    );
    const manifests = await Promise.all(
      definitions.map((name) => readFile(join(crds, `${name}-crd.yaml`), "utf8")),
    );
    await cluster.apply(...manifests, ...argoSettings({ cert: cert ?? "", key: key ?? "" }));
    const established = ["wait", "crd", "--all", "--for=condition=Established", "--timeout=-1s"];
    await until(async () => (await cluster.kubectl(...established)) !== "", cluster.servers);

    const env = await environment(folder, cluster, beside, reconciliation);
    const start = (name: string, args: readonly string[]) => {
      servers.push({
        ...boundDaemon(program, args, folder, { ...env, ARGOCD_BINARY_NAME: `argocd-${name}` }),
        name,
      });
    };
    const redis = `--redis=${loopback}:${redisPort}`;
    const repoServer = [`--repo-server=${loopback}:${repoPort}`, "--repo-server-plaintext"];
    // Port 0 is any free port, for what nobody asks.
    const unread = [`--metrics-address=${loopback}`, "--metrics-port=0"];
    const listen = (at: number) => [`--address=${loopback}`, `--port=${at}`];
    start("repo-server", [redis, ...listen(repoPort), ...unread, "--disable-tls"]);
    start("server", [redis, ...listen(port), ...unread, ...repoServer, `--dex-server=http://${loopback}:1`]);
    const api = `https://${loopback}:${port}`;
    await until(async () => (await ask(`${api}/healthz`, { ca })).status === 200, servers);
    // After the API server, which makes a key that these read once.
    start("application-controller", [redis, ...repoServer, "--metrics-port=0"]);
    start("applicationset-controller", [
      ...[`--argocd-repo-server=${loopback}:${repoPort}`, "--repo-server-plaintext"],
      ...["--metrics-addr=0", "--probe-addr=0", `--webhook-addr=${loopback}:0`],
    ]);
    const adminToken = await tokenOf(`${api}/api/v1/session`, ca, {
      body: { username: "admin", password: await adminPassword(cluster, servers) },
    });
    const token = await tokenOf(`${api}/api/v1/account/${pipelineAccount}/token`, ca, {
      token: adminToken,
      body: { name: pipelineAccount, id: randomUUID() },
    });
    const address = `${loopback}:${port}`;
    return {
      folder,
      port,
      host,
      address,
      addressInContainers: `${host}:${port}`,
      ca,
      token,
      adminToken,
      argocd(...args) {
        const HOME = join(folder, "home");
        const settings = { ARGOCD_SERVER: address, ARGOCD_AUTH_TOKEN: token };
        const options = ["--server-crt", cluster.authority.certFile, ...args];
        return ended(program, options, { env: { PATH: process.env.PATH, HOME, ...settings } });
      },
      servers,
      printed: () => servers.map((server) => `== ${server.name}\n${server.printed()}`).join("\n"),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What makes Argo CD's programs run outside of a cluster, and keep their files in one folder. */
async function environment(
  folder: string,
  cluster: Cluster,
  beside: Readonly<Record<string, string>>,
  reconciliation: number,
): Promise<Record<string, string>> {
  const at = (name: string) => join(folder, name);
  for (const name of ["home", "bin", "tls", "ssh", "gpg", "gpg-source", "plugins", "tmp"]) {
    await mkdir(at(name));
  }
  for (const [name, program] of Object.entries(beside)) await symlink(program, join(at("bin"), name));
  await writeFile(at("kubeconfig"), cluster.kubeconfig({ namespace: argoNamespace }), { mode: 0o600 });
  return {
    KUBECONFIG: at("kubeconfig"),
    HOME: at("home"),
    TMPDIR: at("tmp"),
    PATH: `${at("bin")}:${process.env.PATH}`,
    // https://kubernetes.default.svc is the cluster of the kubeconfig.
    ARGOCD_FAKE_IN_CLUSTER: "true",
    ARGOCD_TLS_DATA_PATH: at("tls"),
    ARGOCD_SSH_DATA_PATH: at("ssh"),
    ARGOCD_GPG_ENABLED: "false",
    ARGOCD_GNUPGHOME: at("gpg"),
    ARGOCD_GPG_DATA_PATH: at("gpg-source"),
    ARGOCD_PLUGINSOCKFILEPATH: at("plugins"),
    ARGOCD_ASK_PASS_SOCK: at("ask-pass.sock"),
    ARGOCD_RECONCILIATION_TIMEOUT: `${reconciliation}s`,
    ARGOCD_RECONCILIATION_JITTER: "0s",
  };
}

/** The password that the API server makes at its first start. */
async function adminPassword(cluster: Cluster, servers: readonly Daemon[]): Promise<string> {
  const secret = ["get", "secret", "argocd-initial-admin-secret", `--namespace=${argoNamespace}`];
  let password = "";
  await until(async () => {
    const encoded = await cluster.kubectl(...secret, "--output=jsonpath={.data.password}");
    password = Buffer.from(encoded, "base64").toString();
    return password !== "";
  }, servers);
  return password;
}

async function tokenOf(url: string, ca: string, request: object): Promise<string> {
  const { status, text } = await ask(url, { ca, ...request });
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
  return z.object({ token: z.string().min(1) }).parse(JSON.parse(text)).token;
}
