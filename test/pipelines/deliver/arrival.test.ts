import { expect, test } from "vitest";
import { type Awaited, judgeArrival } from "#pipelines/deliver/arrival.ts";
import { applicationOf, commit, digest, followed, image, lookOf, places, podOf } from "./status.ts";

const other = `sha256:${"e".repeat(64)}`;
const older = "a".repeat(40);
const newer = "f".repeat(40);
const awaited: Awaited = {
  followed,
  places,
  contains: async (revision) => revision === commit || revision === newer,
};

test("what Git wishes has arrived when Argo CD and every Pod say so", async () => {
  expect(await judgeArrival(lookOf(), awaited)).toEqual({ state: "arrived", revision: commit });
});

test.each<[what: string, look: ReturnType<typeof lookOf>]>([
  ["a later commit", lookOf({ sync: { revision: newer } })],
  ["a Pod that ended", lookOf({}, [podOf(), podOf({ isOver: true, runs: other, has: other })])],
  [
    "a failure of an earlier commit",
    lookOf({ operationState: { phase: "Failed", syncResult: { revision: older } } }),
  ],
  ["no synchronisation yet, as nothing was to be done", lookOf({ operationState: undefined })],
])("%s is no reason to wait", async (_, look) => {
  expect(await judgeArrival(look, awaited)).toMatchObject({ state: "arrived" });
});

test.each<[what: string, look: ReturnType<typeof lookOf>, why: string | RegExp]>([
  ["an earlier commit", lookOf({ sync: { revision: older } }), "Argo CD has seen aaaaaaaaaaaa"],
  ["no commit", lookOf({ sync: { revision: "" } }), "Argo CD has seen no commit"],
  [
    "a refresh that did not begin",
    lookOf({ annotations: { "argocd.argoproj.io/refresh": "normal" } }),
    "Argo CD has not compared it yet",
  ],
  ["a difference", lookOf({ sync: { status: "OutOfSync" } }), "it is OutOfSync"],
  ["a comparison of unknown result", lookOf({ sync: { status: "Unknown" } }), "it is Unknown"],
  ["no result", lookOf({ sync: { status: "" } }), "it is of unknown state"],
  ["a status without a comparison", lookOf({ sync: { comparedTo: null } }), /other settings/],
  [
    "a status of another path",
    lookOf({
      sync: { comparedTo: { source: { repoURL: followed.repository, path: "old", targetRevision: "main" } } },
    }),
    /other settings/,
  ],
  [
    "progress",
    lookOf({ health: { status: "Progressing", message: "1 of 2" } }),
    "it is Progressing: '1 of 2'",
  ],
  ["a pause", lookOf({ health: { status: "Suspended" } }), "it is Suspended"],
  ["a missing object", lookOf({ health: { status: "Missing" } }), "it is Missing"],
  ["unknown health", lookOf({ health: { status: "Unknown" } }), "it is Unknown"],
  ["no health", lookOf({ health: { status: "" } }), "it is of unknown health"],
  [
    "a running synchronisation",
    lookOf({ operationState: { phase: "Running", message: "x" } }),
    /being synchronised/,
  ],
  ["one that is about to run", lookOf({ operation: { sync: {} } }), /about to begin/],
  [
    "an error of the comparison",
    lookOf({ conditions: [{ type: "ComparisonError", message: "git is gone" }] }),
    "ComparisonError: 'git is gone'",
  ],
  [
    "an old digest",
    lookOf({}, [podOf(), podOf({ has: other, runs: other })]),
    /still has .* sha256:eeeeeeeeeeee/,
  ],
  [
    "another image under the digest",
    lookOf({}, [podOf({ runs: other })]),
    /runs sha256:eeeeeeeeeeee .*, not/,
  ],
  ["an image that is not there yet", lookOf({}, [podOf({ runs: "" })]), /does not run/],
  ["a Pod that is not ready", lookOf({}, [podOf({ isReady: false })]), "Pod orders-1 is not ready"],
])("%s is waited for", async (_, look, why) => {
  const arrival = await judgeArrival(look, awaited);
  expect(arrival).toMatchObject({ state: "waiting" });
  expect("why" in arrival ? arrival.why : "").toMatch(why);
});

test("a failure of this commit ends the wait, and a degraded Application may recover", async () => {
  const failed = { phase: "Failed", message: "denied by the project", syncResult: { revision: commit } };
  const out = { status: "OutOfSync" };
  expect(await judgeArrival(lookOf({ operationState: failed, sync: out }), awaited)).toEqual({
    state: "failed",
    why: "the synchronisation failed: 'denied by the project'",
  });
  expect(await judgeArrival(lookOf({ health: { status: "Degraded", message: "m" } }), awaited)).toEqual({
    state: "degraded",
    why: "it is Degraded: 'm'",
  });
  const early = { sync: { revision: older }, health: { status: "Degraded" } };
  expect(await judgeArrival(lookOf(early), awaited)).toMatchObject({ state: "waiting" });
});

test("an Application without a Pod of the image has not arrived, unless nothing runs it at any time", async () => {
  const none = { state: "waiting", why: `no Pod of it runs ${image} with sha256:dddddddddddd` };
  expect(await judgeArrival(lookOf({}, []), awaited)).toEqual(none);
  // A Job's Pod is over by design, and proves nothing of what lasts.
  expect(await judgeArrival(lookOf({}, [podOf({ isOver: true })]), awaited)).toEqual(none);
  const other = podOf({ containers: [{ image: `b@${digest}`, imageId: `b@${digest}` }] });
  expect(await judgeArrival(lookOf({}, [other]), awaited)).toEqual(none);
  const idle = places.map((place) => ({
    ...place,
    images: place.images.map((each) => ({ ...each, runs: false })),
  }));
  expect(await judgeArrival(lookOf({}, []), { ...awaited, places: idle })).toMatchObject({
    state: "arrived",
  });
});

test("each source of an Application that has a place must have the commit", async () => {
  const source = { repoURL: followed.repository, path: "overlays/production", targetRevision: "main" };
  const sources = [{ ...source, path: "other" }, source];
  const two = (revisions: readonly string[]) => ({
    application: applicationOf({ sync: { revision: "", revisions, comparedTo: { sources } } }, { sources }),
    pods: [podOf()],
  });
  expect(await judgeArrival(two([older, commit]), awaited)).toMatchObject({ state: "arrived" });
  expect(await judgeArrival(two([commit, older]), awaited)).toMatchObject({ state: "waiting" });
});

test("hostile text in a status does not reach the terminal", async () => {
  const hostile = "\u001b[2J\u202eGIT\nSynced";
  const arrival = await judgeArrival(lookOf({ sync: { status: hostile } }), awaited);
  expect("why" in arrival && arrival.why).toBe("it is '␛[2J⟨U+202E⟩GIT⏎Synced'");
});

/** A cluster and its Argo CD, in which anything may happen in any order. */
class World {
  readonly #random: () => number;
  /** What each commit wishes. */
  readonly wishes = [other, digest];
  tip = 0;
  seen = 0;
  spec = 0;
  pods = [{ has: other, runs: other, ready: true }];
  health = "Healthy";
  synced = true;
  running = false;
  isDown = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  step(): void {
    const events = [
      () => (this.tip = 1),
      () => (this.isDown = !this.isDown),
      () => this.controller(() => (this.seen = this.tip)),
      // A comparison of the earlier revision that ends late.
      () => this.controller(() => (this.seen = Math.min(this.seen, this.tip))),
      () => this.controller(() => (this.synced = this.seen === this.spec)),
      () => this.controller(() => (this.running = this.seen !== this.spec)),
      () => this.controller(() => this.apply()),
      // Somebody synchronises to an older commit by hand.
      () => this.controller(() => (this.spec = 0)),
      () => this.roll(),
      () => this.controller(() => (this.health = this.isRolled() ? "Healthy" : "Progressing")),
      // A node that runs something else under the digest.
      () => this.alter(({ has }) => ({ runs: has === digest ? other : has })),
      () => this.alter(({ has }) => ({ runs: has })),
      () => this.alter(({ ready }) => ({ ready: !ready })),
    ];
    events[Math.floor(this.#random() * events.length)]?.();
  }

  /** Everything goes as it should, to the end. */
  settle(): void {
    this.isDown = false;
    this.tip = 1;
    this.seen = 1;
    this.apply();
    while (this.pods.some(({ has }) => has !== digest)) this.roll();
    this.pods = this.pods.map(({ has }) => ({ has, runs: has, ready: true }));
    this.synced = true;
    this.health = "Healthy";
  }

  /** Whether exactly what is awaited runs. */
  get isThere(): boolean {
    return this.pods.every(({ has, runs, ready }) => has === digest && runs === digest && ready);
  }

  look() {
    return lookOf(
      {
        sync: { revision: [older, commit][this.seen], status: this.synced ? "Synced" : "OutOfSync" },
        health: { status: this.health },
        operationState: { phase: this.running ? "Running" : "Succeeded", syncResult: { revision: older } },
      },
      this.pods.map(({ has, runs, ready }, at) => podOf({ name: `p-${at}`, has, runs, isReady: ready })),
    );
  }

  private controller(act: () => unknown): void {
    if (!this.isDown) act();
  }

  private apply(): void {
    this.spec = this.seen;
    this.running = false;
  }

  private roll(): void {
    const has = this.wishes[this.spec] ?? other;
    const [old] = this.pods.filter((pod) => pod.has !== has);
    if (old === undefined) return;
    const fresh = { has, runs: has, ready: this.#random() < 0.7 };
    this.pods =
      this.#random() < 0.5 ? [...this.pods, fresh] : [...this.pods.filter((pod) => pod !== old), fresh];
  }

  private isRolled(): boolean {
    return this.pods.every(({ has, ready }) => has === this.wishes[this.spec] && ready);
  }

  private alter(change: (pod: World["pods"][number]) => Partial<World["pods"][number]>): void {
    const at = Math.floor(this.#random() * this.pods.length);
    this.pods = this.pods.map((pod, index) => (index === at ? { ...pod, ...change(pod) } : pod));
  }
}

test("in 200 interleavings nothing passes that is not there, and each arrives in the end", async () => {
  let early = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const world = new World(randomFrom(seed));
    for (let step = 0; step < 500; step++) {
      world.step();
      const { state } = await judgeArrival(world.look(), awaited);
      if (state !== "arrived") continue;
      expect(world.isThere, `seed ${seed}, step ${step}`).toBe(true);
      early++;
    }
    world.settle();
    expect(await judgeArrival(world.look(), awaited)).toMatchObject({ state: "arrived" });
  }
  // Otherwise the first part would prove nothing.
  expect(early).toBeGreaterThan(100);
});

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
