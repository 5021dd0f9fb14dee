import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { confirmEnvironment } from "#pipelines/deliver/await.ts";
import { promote } from "#pipelines/deliver/promote.ts";
import { recordOf, recordScreen } from "#pipelines/deliver/record/record.ts";
import type { PromoteRequest } from "#pipelines/deliver/request.ts";
import { promotionScreen } from "#pipelines/deliver/screen.ts";
import { type DeliveryWorld, deliveryWorld } from "../../../ci/servers/delivery-world.ts";
import { type PrometheusServer, startPrometheus } from "../../../ci/servers/prometheus.ts";
import { onHost } from "../../servers/on-host.ts";
import { session } from "../../session.ts";
import { digestOf, environments, overlay } from "./fleet.ts";

const [first, second, third] = [digestOf("1"), digestOf("2"), digestOf("3")];
let world: DeliveryWorld;
let metrics: PrometheusServer;

/** The second environment asks for an error rate, with changes to how. */
function asking(query = "error_ratio", minSamples = 3) {
  const { argo, urlOfArgo } = world;
  const queries = [
    {
      name: "error rate",
      prometheus: `https://${metrics.host}:${metrics.port}`,
      query,
      max: 0.01,
      minSamples,
      username: metrics.username,
      token: "PROMETHEUS_PASSWORD",
    },
  ];
  const settings = {
    confirm: { queries, delay: "0s", for: "10s", every: "1s" },
    rollback: { onFailed: true },
  };
  return { "slipway.yaml": environments(argo.addressInContainers, urlOfArgo, settings) };
}

beforeAll(async () => {
  metrics = await startPrometheus();
  world = await deliveryWorld(() => ({ ...overlay("staging", first), ...overlay("production", first) }));
  world.fleet.commit({ ...asking(), ...overlay("other", first) });
  await world.follow({
    "shop-staging": "overlays/staging",
    "shop-eu": "overlays/production",
    "shop-us": "overlays/production",
  });
  const { folder, token } = world.argo;
  await mkdir(join(folder, "secrets"));
  await writeFile(join(folder, "secrets", "ARGOCD_TOKEN"), token);
  await writeFile(join(folder, "secrets", "PROMETHEUS_PASSWORD"), metrics.password);
});

afterAll(async () => {
  await world?.close();
  await metrics?.close();
});

function requestOf(): Omit<PromoteRequest, "to" | "resume"> {
  const { argo, git } = world;
  const file = (name: string, text: string) => dag.directory().withNewFile(name, text).file(name);
  const secret = (name: string) => dag.secret(`file://${join(argo.folder, "secrets", name)}`);
  return {
    gitopsRepository: world.url,
    gitopsBranch: "main",
    gitAccess: { service: onHost(git.port) },
    secrets: [secret("ARGOCD_TOKEN"), secret("PROMETHEUS_PASSWORD")],
    argocdAccess: { ca: file("argo.pem", argo.ca), service: onHost(argo.port) },
    prometheusAccess: { ca: file("prometheus.pem", metrics.ca), service: onHost(metrics.port) },
    timeout: "10m",
    registryAccess: {},
  };
}

const promotion = (resume = false) => session(() => promote({ ...requestOf(), to: "production", resume }));
const now = (environment: string) =>
  world.fleet.git("show", `main:overlays/${environment}/kustomization.yaml`);

/** The target has this ratio of errors from now on, and the server knows it. */
async function serve(ratio: string) {
  metrics.serve(`error_ratio ${ratio}\n`);
  await metrics.knows(`error_ratio == ${ratio}`);
}

test("a promotion is done when its query has enough good values; again it is not watched", async () => {
  await serve("0.002");
  world.fleet.commit(overlay("staging", second));
  const done = await promotion();
  expect(done.confirmation).toMatchObject({ outcome: "passed", queries: [{ highest: 0.002 }] });
  expect(promotionScreen(done)).toMatch(
    /production is confirmed, after .*\n {2}error rate: \d+ values from 0\.002/,
  );
  expect((await promotion()).confirmation).toBeUndefined();
  const confirmed = await session(() => confirmEnvironment({ ...requestOf(), environment: "production" }));
  expect(confirmed.confirmation.outcome).toBe("passed");
});

test("values that are out of bounds fail it, and it is rolled back", async () => {
  await serve("0.5");
  world.fleet.commit(overlay("staging", third));
  await expect(promotion()).rejects.toThrow(
    /^CONFIRMATION_FAILED: production is not confirmed .*error rate: 0\.5 is more than 0\.01; production was rolled back/,
  );
  expect(now("production")).toContain(second);
});

test("nothing to judge by is no pass, and no failure", async () => {
  await serve("0.001");
  world.fleet.commit({ ...asking("unknown_total"), ...overlay("staging", digestOf("4")) });
  // The images of before were rolled back.
  await expect(promotion(true)).rejects.toThrow(
    /^CONFIRMATION_UNKNOWN: production is not confirmed .*error rate: 0 of at least 3 values/,
  );
  expect(now("production")).toContain(digestOf("4"));
  // The same call goes on, when there is something to judge by.
  world.fleet.commit(asking());
  expect((await promotion()).confirmation).toMatchObject({ outcome: "passed" });
});

test("what no wait could cure is told at once", async () => {
  const [token] = requestOf().secrets;
  const without = { ...requestOf(), secrets: token === undefined ? [] : [token] };
  await expect(session(() => confirmEnvironment({ ...without, environment: "production" }))).rejects.toThrow(
    /^SECRET_MISSING: `environments\.production\.confirm`/,
  );
  await expect(session(() => confirmEnvironment({ ...requestOf(), environment: "staging" }))).rejects.toThrow(
    /^CONFIG_INVALID: `environments\.staging` .* has no `confirm`/,
  );
  const commit = world.fleet.commit({ ...asking("sum("), ...overlay("staging", digestOf("5")) });
  await expect(promotion()).rejects.toThrow(/^QUERY_INVALID/);
  expect(world.fleet.git("rev-parse", "main")).toBe(commit);
  await expect(
    session(() => confirmEnvironment({ ...requestOf(), environment: "production" })),
  ).rejects.toThrow(/^QUERY_INVALID/);
});

test("the record tells how each was confirmed", async () => {
  const { gitopsRepository, gitopsBranch, gitAccess } = requestOf();
  const screen = recordScreen(await session(() => recordOf({ gitopsRepository, gitopsBranch, gitAccess })));
  expect(screen).toContain("confirmed by error rate, in ");
  expect(screen).toContain("failed to be confirmed by error rate, in ");
  expect(screen).toContain("error rate: 0.5 is more than 0.01");
  expect(screen).toContain("errored to be confirmed by error rate, in ");
  expect(screen).not.toContain(metrics.password);
});
