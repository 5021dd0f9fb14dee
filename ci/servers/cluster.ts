import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goTool } from "../engine/go-tool.ts";
import { ended } from "../program.ts";
import { authority, type Certificate, issue } from "./certificate.ts";
import { boundDaemon, type Daemon } from "./daemon.ts";
import { fakeNode, fakeNodeStages } from "./fake-node.ts";
import { ask } from "./https.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { freePort } from "./port.ts";
import { type Rule, serviceAccount, signingKey } from "./service-account.ts";
import { until } from "./until.ts";

/** A real Kubernetes API on 127.0.0.1, with controllers, a scheduler and a fake node: pods get ready, nothing runs. */
export interface Cluster {
  /** Where its servers run and keep their files. */
  readonly folder: string;
  readonly port: number;
  /** The name in its certificate by which containers reach it: bind `onHost(port)` as this. */
  readonly host: string;
  /** https://127.0.0.1:PORT, for this machine. */
  readonly address: string;
  /** https://HOST:PORT, for containers. */
  readonly addressInContainers: string;
  /** The authority that issued its certificate, for servers beside it. */
  readonly authority: Certificate;
  /** That authority's certificate, in PEM. */
  readonly ca: string;
  /** The token of a user who may do everything. */
  readonly token: string;
  /** The text of a kubeconfig. */
  kubeconfig(options?: KubeconfigOptions): string;
  /** Runs kubectl on this machine as the user who may do everything, and returns its stdout. Fails if kubectl does. */
  kubectl(...args: string[]): Promise<string>;
  /** Applies manifests, given as text of YAML or as objects. */
  apply(...manifests: (string | object)[]): Promise<void>;
  /**
   * Makes a ServiceAccount that has a Role with these rules and no other rights, with its namespace where that is
   * missing, and returns a token for it that is valid for a day.
   */
  account(namespace: string, name: string, rules: readonly Rule[]): Promise<string>;
  /** For `until`. */
  readonly servers: readonly Daemon[];
  /** What its servers printed. */
  printed(): string;
  /** Ends every server and removes their folder. */
  close(): Promise<void>;
}

export interface KubeconfigOptions {
  /** Default: this machine's, https://127.0.0.1:PORT. */
  readonly address?: string;
  /** Default: the token of the user who may do everything. */
  readonly token?: string;
  /** Default: `default`. */
  readonly namespace?: string;
}

const host = "kubernetes.test";
const loopback = "127.0.0.1";

/**
 * Starts etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok in a temporary folder, and waits until
 * the node is ready, without a time limit. Fails with the output of the first of them that ends.
 * https://kubernetes.io/docs/reference/command-line-tools-reference/, https://kwok.sigs.k8s.io
 */
export async function startCluster(): Promise<Cluster> {
  const programs = {
    etcd: await goTool("etcd"),
    apiserver: await goTool("kube-apiserver"),
    controllers: await goTool("kube-controller-manager"),
    scheduler: await goTool("kube-scheduler"),
    kubectl: await goTool("kubectl"),
    kwok: await goTool("kwok"),
  };
  const folder = await mkdtemp(join(tmpdir(), "slipway-cluster-"));
  const servers: Daemon[] = [];
  const start = (program: string, args: readonly string[]) => {
    servers.push(boundDaemon(program, args, folder, { HOME: folder }));
  };
  const close = async () => {
    // The clients first: the API waits for open requests.
    for (const server of servers.toReversed()) await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [port, etcdPort, peerPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const address = `https://${loopback}:${port}`;
    const by = await authority(join(folder, "authority"));
    const ca = await readFile(by.certFile, "utf8");
    const token = randomBytes(24).toString("base64url");

    const kubeconfig: Cluster["kubeconfig"] = (options = {}) =>
      kubeconfigText({ address, ca, token, namespace: "default", ...options });
    const configFile = join(folder, "kubeconfig");
    await writeFile(configFile, kubeconfig(), { mode: 0o600 });
    const run = async (args: readonly string[]): Promise<string> => {
      const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: configFile };
      const { exitCode, stdout, stderr } = await ended(programs.kubectl, args, { cwd: folder, env });
      if (exitCode !== 0) throw new Error(`kubectl ${args.join(" ")}: exit code ${exitCode}\n${stderr}`);
      return stdout;
    };
    const apply: Cluster["apply"] = async (...manifests) => {
      const texts = manifests.map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
      const file = join(folder, `${randomUUID()}.yaml`);
      await writeFile(file, texts.join("\n---\n"));
      await run(["apply", "--server-side", "--force-conflicts", `--filename=${file}`]);
    };

    start(programs.etcd, etcdFlags(folder, etcdPort, peerPort));
    const { publicFile, privateFile } = await signingKey(join(folder, "keys"));
    const certificate = await issue(by, join(folder, "server"), [
      ...[host, "localhost", loopback],
      ...["kubernetes.default.svc", "10.96.0.1"],
    ]);
    const tokens = join(folder, "tokens.csv");
    await writeFile(tokens, `${token},admin,1,system:masters\n`, { mode: 0o600 });
    start(programs.apiserver, [
      `--etcd-servers=http://${loopback}:${etcdPort}`,
      `--bind-address=${loopback}`,
      `--secure-port=${port}`,
      `--tls-cert-file=${certificate.certFile}`,
      `--tls-private-key-file=${certificate.keyFile}`,
      `--cert-dir=${join(folder, "generated")}`,
      // Else it refuses an address that pods cannot reach.
      `--advertise-address=${loopback}`,
      "--endpoint-reconciler-type=none",
      `--token-auth-file=${tokens}`,
      "--authorization-mode=RBAC",
      `--service-account-key-file=${publicFile}`,
      `--service-account-signing-key-file=${privateFile}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      "--service-cluster-ip-range=10.96.0.0/24",
      "--allow-privileged=true",
    ]);
    await until(async () => (await ask(`${address}/readyz`, { ca, token })).status === 200, servers);

    const alone = ["--leader-elect=false", "--secure-port=0"];
    start(programs.controllers, [
      `--kubeconfig=${configFile}`,
      `--root-ca-file=${by.certFile}`,
      `--service-account-private-key-file=${privateFile}`,
      // kwok sets a pod ready once. If the node were ever late, its pods would stay unready.
      "--node-monitor-grace-period=1h",
      ...alone,
    ]);
    start(programs.scheduler, [`--kubeconfig=${configFile}`, ...alone]);
    start(programs.kwok, [
      `--kubeconfig=${configFile}`,
      `--config=${fakeNodeStages}`,
      "--manage-all-nodes=true",
      // By default it writes no leases, and the node is not ready after the grace period.
      "--node-lease-duration-seconds=40",
    ]);
    await apply(fakeNode("fake-0"));
    const status = "jsonpath={.status.conditions[?(@.type=='Ready')].status}{.spec.taints}";
    await until(async () => (await run(["get", "node", "fake-0", "--output", status])) === "True", servers);
    await until(async () => (await run(["get", "serviceaccount", "default"])) !== "", servers);

    return {
      folder,
      port,
      host,
      address,
      addressInContainers: `https://${host}:${port}`,
      authority: by,
      ca,
      token,
      kubeconfig,
      kubectl: (...args) => run(args),
      apply,
      async account(namespace, name, rules) {
        await apply(...serviceAccount(namespace, name, rules));
        return (await run(["create", "token", name, `--namespace=${namespace}`, "--duration=24h"])).trim();
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

function etcdFlags(folder: string, port: number, peerPort: number): string[] {
  const [client, peer] = [`http://${loopback}:${port}`, `http://${loopback}:${peerPort}`];
  return [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // Nothing has to survive.
    "--unsafe-no-fsync",
  ];
}
