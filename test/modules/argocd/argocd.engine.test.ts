import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { argocdFrom } from "#modules/argocd/src/from-settings.ts";
import type { Argocd } from "#modules/argocd/src/index.ts";
import { type DeliveryWorld, deliveryWorld } from "../../../ci/servers/delivery-world.ts";
import { until } from "../../../ci/servers/until.ts";
import { digestOf, image, overlay } from "../../pipelines/deliver/fleet.ts";
import { onHost } from "../../servers/on-host.ts";
import { session } from "../../session.ts";

const digest = digestOf("1");
let world: DeliveryWorld;

beforeAll(async () => {
  world = await deliveryWorld(() => overlay("staging", digest));
  await world.follow({ shop: "overlays/staging" });
});

afterAll(() => world?.close());

/** The module, as an account with few rights. */
function argocd(
  changes: { readonly server?: string; readonly token?: string; readonly limit?: number } = {},
): Argocd {
  const { argo } = world;
  const { server = argo.addressInContainers, token = argo.token, limit } = changes;
  return argocdFrom({
    server,
    token: dag.setSecret(`argocd-${token.slice(-8)}`, token),
    ca: dag.directory().withNewFile("ca.pem", argo.ca).file("ca.pem"),
    service: onHost(argo.port),
    ...(limit !== undefined && { limit }),
  });
}

const contents = async (name: string) => JSON.parse(await (await argocd().application(name)).contents());

test("an Application, its Pods, its history and its difference are told", async () => {
  await session(async () => {
    await until(async () => (await contents("shop")).status.health.status === "Healthy", world.argo.servers);
    const { status } = await contents("shop");
    expect(status.sync).toMatchObject({ status: "Synced", revision: world.fleet.git("rev-parse", "main") });
    const pods = (await (await argocd().pods("shop")).contents())
      .split(/^---$/m)
      .map((text) => JSON.parse(text));
    expect(pods).toHaveLength(2);
    for (const pod of pods)
      expect(pod.status.containerStatuses[0]).toMatchObject({ imageID: `${image}@${digest}`, ready: true });
    expect(await argocd().history("shop")).toContain(world.fleet.git("rev-parse", "--short=7", "main"));
    expect(await argocd().diff("shop")).toBe("");
  });
});

test("a new commit is seen at once, and is synchronised on request", async () => {
  await session(async () => {
    const commit = world.fleet.commit(overlay("staging", digestOf("2")));
    await until(async () => (await contents("shop")).status.sync.revision === commit, world.argo.servers);
    await until(
      async () => (await contents("shop")).status.operationState.phase === "Succeeded",
      world.argo.servers,
    );
    await argocd().sync("shop");
    await until(
      async () => (await argocd().history("shop")).trim().split("\n").length > 3,
      world.argo.servers,
    );
    await expect(argocd().sync("shop", commit)).rejects.toThrow(/^TOOL_FAILED.*auto-sync/s);
  });
});

test("what cannot be told is an error with a code", async () => {
  await session(async () => {
    await expect(argocd().application("missing")).rejects.toThrow(/^APPLICATION_DENIED: argo-cd\.test:/);
    await expect(argocd({ token: `${world.argo.token}x` }).application("shop")).rejects.toThrow(
      /^APPLICATION_DENIED/,
    );
    await expect(argocd({ server: "argo-cd.test:1" }).pods("shop")).rejects.toThrow(/^SERVER_UNREACHABLE/);
    await expect(argocd({ server: "https://argo-cd.test" }).pods("shop")).rejects.toThrow(
      /^ARGUMENT_INVALID/,
    );
    await expect(argocd().application("--core")).rejects.toThrow(/^ARGUMENT_INVALID/);
    await expect(argocd().diff("shop", "main")).rejects.toThrow(/^ARGUMENT_INVALID/);
  });
});
