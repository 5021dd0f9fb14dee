import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { goTool } from "../../../ci/engine/go-tool.ts";
import { argoApplication } from "../../../ci/servers/argo-application.ts";
import { type ArgoCd, startArgoCd } from "../../../ci/servers/argo-cd.ts";
import { type BareRepository, bareRepository } from "../../../ci/servers/bare-repository.ts";
import { type Cluster, startCluster } from "../../../ci/servers/cluster.ts";
import { podOnFakeNode } from "../../../ci/servers/fake-node.ts";
import { type GitServer, serveGit } from "../../../ci/servers/git.ts";
import { until } from "../../../ci/servers/until.ts";
import { onHost } from "../../servers/on-host.ts";
import { session } from "../../session.ts";

const image = "registry.example.com:5000/shop/web";
const [first, second, third] = ["1", "2", "3"].map((digit) => `sha256:${digit.repeat(64)}`) as [
  string,
  string,
  string,
];
const namespace = "shop";

/** An overlay that runs one digest of the image in two pods. */
const overlay = (digest: string, annotations: Readonly<Record<string, string>> = {}) => ({
  "prod/kustomization.yaml": JSON.stringify({
    resources: ["web.yaml"],
    images: [{ name: "web", newName: image, newTag: "1", digest }],
  }),
  "prod/web.yaml": JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" }, annotations },
        spec: { containers: [{ name: "web", image: "web" }] },
      },
    },
  }),
});

let cluster: Cluster;
let argo: ArgoCd;
let fleet: BareRepository;
let git: GitServer;

beforeAll(async () => {
  cluster = await startCluster();
  argo = await startArgoCd(cluster);
  fleet = bareRepository(overlay(first));
  git = await serveGit(fleet.root);
});

afterAll(async () => {
  await git?.close();
  fleet?.remove();
  await argo?.close();
  await cluster?.close();
});

const pod = z.object({
  spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }),
  status: z.object({
    containerStatuses: z
      .tuple([
        z.object({
          ready: z.boolean(),
          imageID: z.string(),
          state: z.object({ waiting: z.object({ reason: z.string() }).optional() }),
        }),
      ])
      .optional(),
  }),
});

/** The images of all pods of the app, and what the node says of each. */
async function pods() {
  const text = await cluster.kubectl("get", "pods", `--namespace=${namespace}`, "--output=json");
  return z
    .object({ items: z.array(pod) })
    .parse(JSON.parse(text))
    .items.map(({ spec, status }) => {
      const [{ image: asked }] = spec.containers;
      const state = status.containerStatuses?.[0];
      return { asked, ready: state?.ready, imageID: state?.imageID, waits: state?.state.waiting?.reason };
    });
}

const running = (digest: string, imageID = `${image}@${digest}`) => ({
  asked: `${image}:1@${digest}`,
  ready: true,
  imageID,
  waits: undefined,
});

const status = z.object({
  status: z.object({
    sync: z.object({ status: z.string(), revision: z.string().optional() }),
    health: z.object({ status: z.string() }),
  }),
});

async function appStatus() {
  const got = await argo.argocd("app", "get", "web", "--output=json");
  expect(got.exitCode, got.stderr).toBe(0);
  return status.parse(JSON.parse(got.stdout)).status;
}

/** Runs argocd as the account of pipelines, which must succeed. */
async function argocd(...args: string[]): Promise<void> {
  const { exitCode, log } = await argo.argocd(...args);
  expect(exitCode, log).toBe(0);
}

test("it syncs a commit when it is told to, and the pods report the digest that the commit names", async () => {
  const repository = `http://127.0.0.1:${git.port}/fleet.git`;
  await cluster.apply(argoApplication({ name: "web", repository, path: "prod", namespace }));
  await until(async () => (await appStatus()).sync.status === "OutOfSync", argo.servers);
  await argocd("app", "sync", "web");
  await argocd("app", "wait", "web", "--sync", "--health");
  expect(await appStatus()).toMatchObject({
    sync: { status: "Synced", revision: fleet.git("rev-parse", "main") },
    health: { status: "Healthy" },
  });
  expect(await pods()).toEqual([running(first), running(first)]);
});

test("it sees a new commit by itself; a pod can report another digest than its image's", async () => {
  const commit = fleet.commit(overlay(second, podOnFakeNode.reporting(third)));
  await until(async () => (await appStatus()).sync.revision === commit, argo.servers);
  expect((await appStatus()).sync.status).toBe("OutOfSync");
  await argocd("app", "sync", "web", `--revision=${commit}`);
  await argocd("app", "wait", "web", "--sync", "--health");
  const settled = [running(second, `${image}@${third}`), running(second, `${image}@${third}`)];
  await until(async () => (await pods()).length === settled.length, argo.servers);
  expect(await pods()).toEqual(settled);
});

test("the pods of a digest that the node does not run never get ready, and the last ones stay", async () => {
  fleet.commit(overlay(third, podOnFakeNode.runningOnly(second)));
  await argocd("app", "get", "web", "--refresh");
  await argocd("app", "sync", "web");
  await until(async () => (await pods()).some((each) => each.waits !== undefined), argo.servers);
  await until(async () => (await appStatus()).health.status === "Progressing", argo.servers);
  const [old, stuck] = [running(second, `${image}@${third}`), { ready: false, imageID: "" }];
  const seen = await pods();
  expect(seen).toContainEqual(old);
  expect(seen).toContainEqual({ asked: `${image}:1@${third}`, waits: "ImagePullBackOff", ...stuck });
});

test("the account of pipelines can change no Application, and a ServiceAccount only what its rules say", async () => {
  const refused = await argo.argocd("app", "set", "web", "--revision=other");
  expect(refused.exitCode).toBe(20);
  expect(refused.stderr).toContain("PermissionDenied");
  const reader = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }];
  const token = await cluster.account(namespace, "reader", reader);
  const as = [`--token=${token}`, `--namespace=${namespace}`];
  expect(await cluster.kubectl(...as, "get", "pods", "--output=name")).toContain("pod/web-");
  await expect(cluster.kubectl(...as, "get", "secrets")).rejects.toThrow("Forbidden");
});

test("a container of the engine reaches both by their names and trusts their certificates", async () => {
  const programs = { kubectl: await goTool("kubectl"), argocd: await goTool("argocd") };
  await session(async () => {
    const container = dag
      .container()
      .from("python:3.13-slim")
      .withFile("/usr/local/bin/kubectl", dag.host().file(programs.kubectl))
      .withFile("/usr/local/bin/argocd", dag.host().file(programs.argocd))
      .withNewFile("/ca.pem", argo.ca)
      .withNewFile("/kubeconfig", cluster.kubeconfig({ address: cluster.addressInContainers }))
      .withServiceBinding(cluster.host, onHost(cluster.port))
      .withServiceBinding(argo.host, onHost(argo.port))
      .withEnvVariable("KUBECONFIG", "/kubeconfig")
      .withEnvVariable("ARGOCD_SERVER", argo.addressInContainers)
      .withSecretVariable("ARGOCD_AUTH_TOKEN", dag.setSecret("argo-cd-token", argo.token));
    const nodes = container.withExec(["kubectl", "get", "nodes", "--output=name"]);
    expect(await nodes.stdout()).toBe("node/fake-0\n");
    const apps = container.withExec(["argocd", "app", "list", "--server-crt=/ca.pem", "--output=name"]);
    expect(await apps.stdout()).toBe("argocd/web\n");
  });
});

test("close ends every process and removes their folders", async () => {
  const folders = [argo.folder, cluster.folder];
  expect(processesIn(folders).length).toBeGreaterThanOrEqual(10);
  await argo.close();
  await cluster.close();
  expect(processesIn(folders)).toEqual([]);
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
});

/** The processes that run in these folders, or did before the folders were removed. */
function processesIn(folders: readonly string[]): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const at = readlinkSync(`/proc/${name}/cwd`);
      return folders.some((folder) => at.startsWith(folder));
    } catch {
      return false;
    }
  });
}
