import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awaitEnvironment } from "#pipelines/deliver/await.ts";
import { environmentsScreen, listEnvironments } from "#pipelines/deliver/environments.ts";
import { holdEnvironment, resumeEnvironment } from "#pipelines/deliver/hold.ts";
import { promote } from "#pipelines/deliver/promote.ts";
import { recordOf } from "#pipelines/deliver/record/record.ts";
import type { AwaitRequest, EnvironmentsRequest, PromoteRequest } from "#pipelines/deliver/request.ts";
import { rollBack } from "#pipelines/deliver/rollback.ts";
import { promotionScreen, rollbackScreen } from "#pipelines/deliver/screen.ts";
import { statusOf, statusScreen } from "#pipelines/deliver/status.ts";
import { promoteInWaves } from "#pipelines/deliver/waves.ts";
import { type DeliveryWorld, deliveryWorld } from "../../../ci/servers/delivery-world.ts";
import { podOnFakeNode } from "../../../ci/servers/fake-node.ts";
import { dagger } from "../../dagger.ts";
import { onHost } from "../../servers/on-host.ts";
import { session } from "../../session.ts";
import { digestOf, environments, image, overlay } from "./fleet.ts";

/* The node is simulated: it reports the digest in a Pod's image, or what an annotation says. All else is real. */

const [first, second, third] = [digestOf("1"), digestOf("2"), digestOf("3")];
const places = {
  "shop-staging": "overlays/staging",
  "shop-eu": "overlays/production",
  "shop-us": "overlays/production",
};
let world: DeliveryWorld;

beforeAll(async () => {
  world = await deliveryWorld((server, repository) => ({
    "slipway.yaml": environments(server, repository),
    ...overlay("staging", first),
    ...overlay("production", first),
    ...overlay("other", first),
  }));
  await world.follow({ ...places, "shop-other": "overlays/staging" });
  const { folder, token, ca } = world.argo;
  for (const [name, value] of Object.entries({ good: token, bad: `${token}x` })) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "ARGOCD_TOKEN"), value);
  }
  await writeFile(join(folder, "ca.pem"), ca);
});

afterAll(() => world?.close());

function repositoryOf(): EnvironmentsRequest {
  const service = onHost(world.git.port);
  return { gitopsRepository: world.url, gitopsBranch: "main", gitAccess: { service } };
}

function argocdOf(token = "good"): Omit<PromoteRequest, "to" | "resume"> {
  const ca = dag.directory().withNewFile("ca.pem", world.argo.ca).file("ca.pem");
  return {
    ...repositoryOf(),
    secrets: [dag.secret(`file://${world.argo.folder}/${token}/ARGOCD_TOKEN`)],
    argocdAccess: { ca, service: onHost(world.argo.port) },
    timeout: "10m",
    prometheusAccess: {},
    registryAccess: {},
  };
}

const arrival = (environment: string, changes: Partial<AwaitRequest> = {}) =>
  session(() => awaitEnvironment({ ...argocdOf(), environment, ...changes }));

const promotion = (resume = false) =>
  session(() => promote({ ...argocdOf(), to: "production", resume, by: "alice" }));

const rollback = (commit?: string) =>
  session(() =>
    rollBack({
      ...argocdOf(),
      environment: "production",
      reason: "errors in {{checkout}}\nsince ten",
      ...(commit !== undefined && { commit }),
    }),
  );

test("an environment has arrived when every Pod runs what the newest commit names", async () => {
  const commit = world.fleet.commit(overlay("staging", second));
  expect(await arrival("staging")).toMatchObject({
    environment: "staging",
    commit,
    applications: [{ name: "shop-staging", revision: commit }],
    images: [{ name: image, digest: second, tag: "1", runs: true }],
  });
});

test("environments names what each has, and what the next promotion brings", async () => {
  const screen = environmentsScreen(await session(() => listEnvironments(repositoryOf())));
  expect(screen).toContain("staging, by shop-staging at argo-cd.test:");
  expect(screen).toContain("production, after staging, by shop-eu, shop-us at argo-cd.test:");
  expect(screen).toContain("  orders 1@111111111111; staging has orders 1@222222222222\n");
});

test("a promotion sets what runs before in one commit, and waits for all regions; again it does nothing", async () => {
  const done = await promotion();
  expect(done.updates).toMatchObject([{ outcome: "committed" }]);
  expect(world.fleet.git("show", "--format=%s", "--name-only", "main").split("\n")).toEqual([
    "Promote orders to 1 from staging to production",
    "",
    "overlays/production/kustomization.yaml",
  ]);
  expect(world.fleet.git("show", "main:overlays/production/kustomization.yaml")).toContain(second);
  const revision = world.fleet.git("rev-parse", "main");
  expect(done.updates[0]?.commit).toBe(revision);
  expect(done.to.applications).toEqual([
    { name: "shop-eu", revision },
    { name: "shop-us", revision },
  ]);
  const again = await promotion();
  expect(again.updates).toEqual([]);
  expect(promotionScreen(again)).toContain("Nothing to commit");
  expect(world.fleet.git("rev-parse", "main")).toBe(revision);
});

test("a rollback goes back by a commit, once; what it took away comes again only on request", async () => {
  const before = world.fleet.git("rev-parse", "main^");
  const done = await rollback();
  expect(done).toMatchObject({ target: before, update: { outcome: "committed" } });
  expect(done.to.images).toMatchObject([{ name: image, digest: first }]);
  expect(world.fleet.git("show", "--no-patch", "--format=%B", "main")).toContain(
    "Roll back orders to 1 in production\n\nerrors in { {checkout}} since ten\n",
  );
  expect(rollbackScreen(done)).toContain(`production has the images of commit ${before.slice(0, 12)} again.`);
  const same = await rollback();
  expect(same.update).toBeUndefined();
  expect(same).toMatchObject({ target: before, left: [] });
  await expect(promotion()).rejects.toThrow(
    /^PROMOTION_REFUSED: production was rolled back, .* Promote a release of a later commit, or take .* or with --resume/s,
  );
  await expect(rollback("a".repeat(40))).rejects.toThrow(/^ROLLBACK_REFUSED: aaaaaaaaaaaa is no commit of/);
  expect((await promotion(true)).to.images).toMatchObject([{ digest: second }]);
  await expect(
    session(() => rollBack({ ...argocdOf(), environment: "staging", reason: "x" })),
  ).rejects.toThrow(/^ROLLBACK_REFUSED: no commit of Slipway set the images of staging/);
  await expect(
    session(() => rollBack({ ...argocdOf(), environment: "production", reason: " " })),
  ).rejects.toThrow(/^ARGUMENT_INVALID: --reason is empty/);
});

test("the record tells who did what, and how it ended", async () => {
  const record = await session(() => recordOf({ ...repositoryOf(), environment: "production" }));
  expect(record.faults).toEqual([]);
  const entries = record.environments.get("production") ?? [];
  expect(entries.map(({ entry: { step, by } }) => [step, by])).toEqual([
    ["promotion", "alice"],
    ["arrival", "alice"],
    ["rollback", undefined],
    ["arrival", undefined],
    ["promotion", "alice"],
    ["arrival", "alice"],
  ]);
  expect(entries[2]).toMatchObject({
    entry: {
      reason: "errors in {{checkout}} since ten",
      images: [{ name: image, digest: first, before: second }],
    },
  });
  // The entry of each change and its commit arrived together.
  expect(entries.filter(({ commit }) => commit !== undefined)).toHaveLength(3);
  const forged = world.fleet.git("show", "slipway/record:production/00000001.json").replace("alice", "eve");
  const tip = world.fleet.git("rev-parse", "slipway/record");
  world.fleet.commit({ "production/00000001.json": forged }, "Forge", "slipway/record");
  await expect(session(() => recordOf(repositoryOf()))).rejects.toThrow(
    /^RECORD_BROKEN: the record of .*: commit [0-9a-f]{12} names another production\/00000001.json; the entry before production\/00000002.json is not the one that it names; /,
  );
  world.fleet.git("update-ref", "refs/heads/slipway/record", tip);
});

test("images of an older release do not replace those of a newer one", async () => {
  const trailers = [
    `Slipway-Image: ${image}@${third}`,
    `Slipway-Place: ${image} overlays/staging`,
    `Slipway-Source: ${"e".repeat(40)}`,
    "Slipway-Source-Time: 2020-01-01T00:00:00.000Z",
  ];
  world.fleet.commit(overlay("staging", third), `Set orders\n\n${trailers.join("\n")}\n`);
  await expect(promotion()).rejects.toThrow(/^PROMOTION_REFUSED: production has newer images already/);
});

test("what does not run in the environment before is not promoted, whatever Argo CD says", async () => {
  // Synced and healthy, but the node runs another image under the digest.
  world.fleet.commit(overlay("staging", third, podOnFakeNode.reporting(first)));
  await expect(arrival("staging", { timeout: "20s" })).rejects.toThrow(
    /^DELIVERY_TIMED_OUT: staging does not run commit [0-9a-f]{12} after 20 s: shop-staging: .*Pod orders-/,
  );
  const before = world.fleet.git("rev-parse", "main");
  await expect(promotion()).rejects.toThrow(
    /^PROMOTION_REFUSED: staging does not run what would be promoted/,
  );
  expect(world.fleet.git("rev-parse", "main")).toBe(before);
});

test("Pods that never get ready are waited for, and their place is told", async () => {
  world.fleet.commit(overlay("staging", third, podOnFakeNode.waiting()));
  await expect(arrival("staging", { timeout: "15s" })).rejects.toThrow(/DELIVERY_TIMED_OUT.*shop-staging: /);
});

test("an Application that follows another path is refused, and so is one that the token may not see", async () => {
  await expect(arrival("other")).rejects.toThrow(
    /^APPLICATION_UNSUITABLE: the Application shop-other follows overlays\/staging at main of .*, and not overlays\/other/,
  );
  await expect(
    session(() => awaitEnvironment({ ...argocdOf("bad"), environment: "staging" })),
  ).rejects.toThrow(/^APPLICATION_DENIED/);
  await expect(arrival("production", { secrets: [] })).rejects.toThrow(/^SECRET_MISSING/);
  await expect(arrival("nowhere")).rejects.toThrow(/^ENVIRONMENT_NOT_FOUND.*staging, other, production/);
  await expect(arrival("staging", { timeout: "soon" })).rejects.toThrow(/^ARGUMENT_INVALID/);
});

test("status names what runs, what is missing and what nobody could look at", async () => {
  world.fleet.commit(overlay("staging", second, podOnFakeNode.waiting()));
  const screen = statusScreen(await session(() => statusOf({ ...argocdOf() })));
  expect(screen).toMatch(/^✘ staging does not run commit [0-9a-f]{12}\n {2}shop-staging: /m);
  expect(screen).toMatch(
    /^✔ production runs commit [0-9a-f]{12}, with these images since \S+ \S+ UTC at least\n {2}orders /m,
  );
  expect(screen).toMatch(/^! other: unknown: APPLICATION_UNSUITABLE/m);
  const blind = statusScreen(await session(() => statusOf({ ...argocdOf(), secrets: [] })));
  expect(blind.match(/^! \w+: unknown: SECRET_MISSING/gm)).toHaveLength(3);
});

test("the call says what it waits for, and goes on after a time-out", async () => {
  world.fleet.commit(overlay("staging", second));
  const args = [
    "call",
    "await",
    "--environment=staging",
    `--gitops-repository=${world.url}`,
    `--git-service=tcp://127.0.0.1:${world.git.port}`,
    "--secrets=env://ARGOCD_TOKEN",
    `--argocd-ca=${join(world.argo.folder, "ca.pem")}`,
    `--argocd-service=tcp://127.0.0.1:${world.argo.port}`,
  ];
  const done = await dagger(args, process.cwd(), { ARGOCD_TOKEN: world.argo.token });
  expect(done.stderr.includes("staging: waiting: shop-staging: ")).toBe(true);
  expect(done.stderr.includes("imageID")).toBe(false);
  expect(done.stdout).toMatch(
    /\nstaging runs commit [0-9a-f]{40}, after .*\n {2}shop-staging: synced to [0-9a-f]{12}, healthy\n {2}orders 1@222222222222 runs\n/,
  );
  expect(done.exitCode).toBe(0);
  expect(`${done.stdout}${done.stderr}`).not.toContain(world.argo.token);
});

test("a held environment takes no promotion until somebody resumes it", async () => {
  world.fleet.commit(overlay("staging", digestOf("5")));
  const asked = { ...repositoryOf(), environment: "production", reason: "incident 42" };
  const hold = () => session(() => holdEnvironment({ ...asked, until: "2h", by: "alice" }));
  expect(await hold()).toMatchObject({ changed: true, hold: { reason: "incident 42" } });
  expect(await hold()).toMatchObject({ changed: false });
  await expect(promotion()).rejects.toThrow(
    /^PROMOTION_REFUSED: production is held: incident 42 \(until \S+ \S+ UTC, by alice\)\. Wait, or end it/,
  );
  expect(environmentsScreen(await session(() => listEnvironments(repositoryOf())))).toMatch(
    /^production, .*\n {2}held: incident 42 \(until /m,
  );
  const resume = () => session(() => resumeEnvironment({ ...asked, reason: "fixed" }));
  expect(await resume()).toEqual({ environment: "production", changed: true });
  expect(await resume()).toEqual({ environment: "production", changed: false });
  expect((await promotion()).to.images).toMatchObject([{ digest: digestOf("5") }]);
  // Resumed, a rollback holds nothing back.
  await rollback();
  await expect(promotion()).rejects.toThrow(/^PROMOTION_REFUSED: production was rolled back, /);
  await resume();
  expect((await promotion()).to.images).toMatchObject([{ digest: digestOf("5") }]);
  for (const [until, reason] of [
    ["soon", "x"],
    ["2020-01-01T00:00:00Z", "x"],
    ["2h", " "],
  ] as const) {
    await expect(session(() => holdEnvironment({ ...asked, until, reason }))).rejects.toThrow(
      /^ARGUMENT_INVALID/,
    );
  }
});

test("a frozen environment takes no promotion, and rolls back", async () => {
  const { argo, urlOfArgo } = world;
  const freeze = [{ rrule: "FREQ=DAILY", duration: "2d", reason: "holidays" }];
  world.fleet.commit({
    "slipway.yaml": environments(argo.addressInContainers, urlOfArgo, { freeze }),
    ...overlay("staging", digestOf("7")),
  });
  await expect(promotion()).rejects.toThrow(
    /^PROMOTION_REFUSED: production is frozen: holidays \(until \S+ 00:00 UTC\)\. Wait, or change/,
  );
  expect(environmentsScreen(await session(() => listEnvironments(repositoryOf())))).toMatch(
    /^production, .*\n {2}frozen: holidays \(until /m,
  );
  expect((await rollback()).update?.outcome).toBe("committed");
  world.fleet.commit({ "slipway.yaml": environments(argo.addressInContainers, urlOfArgo) });
  expect((await promotion(true)).to.images).toMatchObject([{ digest: digestOf("7") }]);
});

test("an image is promoted when it has run before for as long as the environment asks", async () => {
  const { argo, urlOfArgo } = world;
  const asking = (soak: string) => ({
    "slipway.yaml": environments(argo.addressInContainers, urlOfArgo, { soak }),
  });
  const before = world.fleet.commit({ ...asking("1h"), ...overlay("staging", digestOf("4")) });
  await expect(promotion()).rejects.toThrow(
    /^PROMOTION_REFUSED: production asks for 1h in staging without a failure, and orders 1@444444444444 is there since \S+ \S+ UTC. Promote it from/,
  );
  expect(world.fleet.git("rev-parse", "main")).toBe(before);
  world.fleet.commit(asking("1s"));
  expect((await promotion()).to.images).toMatchObject([{ digest: digestOf("4") }]);
});

test("a promotion that fails is rolled back by the same call", async () => {
  const { argo, urlOfArgo } = world;
  const [good, bad] = [digestOf("4"), digestOf("6")];
  world.fleet.commit({
    "slipway.yaml": environments(argo.addressInContainers, urlOfArgo, { rollback: { onFailed: true } }),
    ...overlay("staging", bad),
    // The Pods of the newer digest never get ready, and the Deployment gives up after a second.
    ...overlay("production", good, podOnFakeNode.runningOnly(good), 1),
  });
  await expect(promotion()).rejects.toThrow(
    /^DELIVERY_FAILED: the Application shop-(?:eu|us): it is Degraded(?:: .*)?; production was rolled back, and runs the images of commit [0-9a-f]{12} again/,
  );
  expect(world.fleet.git("show", "main:overlays/production/kustomization.yaml")).toContain(good);
  const { environments: recorded } = await session(() => recordOf(repositoryOf()));
  const steps = recorded
    .get("production")
    ?.map(({ entry }) => (entry.step === "arrival" ? entry.outcome : entry.step));
  expect(steps?.slice(-4)).toEqual(["promotion", "failed", "rollback", "passed"]);
});

const unpinned = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replace(/^ *digest: .*\n/m, "")]),
  );

test("several environments get it in waves, and what is refused in one keeps it from all", async () => {
  const { argo, urlOfArgo: repository } = world;
  const region = (after: string, overlay: string, applications: string[], settings = {}) => ({
    after,
    overlays: [`overlays/${overlay}`],
    argocd: { server: argo.addressInContainers, repository, applications },
    ...settings,
  });
  const regions = (settings: object) => ({
    "slipway.yaml": JSON.stringify({
      environments: {
        ap: region("eu", "ap", ["shop-ap"], settings),
        jp: region("eu", "jp", ["shop-jp"]),
        eu: region("staging", "production", ["shop-eu", "shop-us"]),
        staging: { ...region("", "staging", ["shop-staging"]), after: undefined },
      },
    }),
  });
  const [old, next, bad] = [digestOf("4"), digestOf("8"), digestOf("9")];
  const freeze = [{ rrule: "FREQ=DAILY", duration: "2d", reason: "holidays" }];
  const before = world.fleet.commit({
    ...regions({ freeze }),
    ...overlay("staging", next),
    ...overlay("production", old),
    ...overlay("ap", old),
    // A new region has no digest yet.
    ...unpinned(overlay("jp", old)),
  });
  await world.follow({ "shop-ap": "overlays/ap", "shop-jp": "overlays/jp" });
  const promoted = (...to: string[]) =>
    session(() => promoteInWaves({ ...argocdOf(), to, resume: true, by: "alice" }));
  await expect(promoted("jp", "ap", "eu")).rejects.toThrow(/^PROMOTION_REFUSED: ap is frozen/);
  await expect(promoted("jp", "us")).rejects.toThrow(/^ENVIRONMENT_NOT_FOUND/);
  await expect(promoted()).rejects.toThrow(/^ARGUMENT_INVALID: --to names no environment/);
  expect(world.fleet.git("rev-parse", "main")).toBe(before);

  world.fleet.commit(regions({}));
  const done = await promoted("jp", "ap", "eu", "ap");
  expect(done.map(({ from, to }) => [from.environment, to.environment])).toEqual([
    ["staging", "eu"],
    ["eu", "jp"],
    ["eu", "ap"],
  ]);
  for (const { to } of done) expect(to.images).toMatchObject([{ digest: next }]);
  const subjects = world.fleet.git("log", "-3", "--format=%s", "main").split("\n");
  expect(subjects.sort()).toEqual([
    "Promote orders to 1 from eu to ap",
    "Promote orders to 1 from eu to jp",
    "Promote orders to 1 from staging to eu",
  ]);

  world.fleet.commit({
    ...overlay("staging", bad),
    ...overlay("production", next, podOnFakeNode.runningOnly(next), 1),
  });
  await expect(promoted("ap", "eu", "jp")).rejects.toThrow(
    /^DELIVERY_FAILED: the Application shop-(?:eu|us): .*; failed: eu; not begun: ap, jp\. Correct it in Git/s,
  );
  expect(world.fleet.git("show", "main:overlays/ap/kustomization.yaml")).toContain(next);
});
