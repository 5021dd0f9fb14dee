import { expect, test } from "vitest";
import type { RecordedEntry } from "#pipelines/deliver/record/chain.ts";
import { isConfirmed, isImageConfirmed } from "#pipelines/deliver/record/confirmation.ts";
import { type Entry, entrySchema } from "#pipelines/deliver/record/entry.ts";
import { changesOf, factsText } from "#pipelines/deliver/record/facts.ts";
import { holdIn, isResumed } from "#pipelines/deliver/record/holding.ts";
import { runningSince } from "#pipelines/deliver/record/soak.ts";
import { unsettled } from "#pipelines/deliver/record/unsettled.ts";
import { digestOf, image } from "./fleet.ts";

const commit = "c".repeat(40);
const [old, wanted] = [digestOf("1"), digestOf("2")];
const other = { name: "registry.example.com/shop/web", digest: old };

/** An entry of that hour. */
function entry(hour: number, text: string): RecordedEntry {
  const recorded = `2026-03-01T${String(hour).padStart(2, "0")}:00:00Z`;
  return { entry: entrySchema.parse({ ...JSON.parse(text), number: 1, previous: "", recorded }) as Entry };
}

const arrival = (hour: number, digest: string, outcome: "passed" | "failed" | "errored" = "passed") =>
  entry(
    hour,
    factsText("arrival", new Date(), {
      environment: "staging",
      branch: "main",
      outcome,
      commit,
      images: [{ name: image, digest }, other],
      applications: [],
      seconds: 1,
    }),
  );

const promotion = (hour: number, name: string, digest: string) =>
  entry(
    hour,
    factsText("promotion", new Date(hour), {
      environment: "staging",
      branch: "main",
      from: { environment: "dev", commit },
      images: changesOf([], [{ name, digest }]),
      evidence: [],
      source: { commit, time: "2026-03-01T00:00:00Z" },
      resumed: false,
    }),
  );

const held = (hour: number, until?: number) =>
  entry(
    hour,
    factsText("hold", new Date(), {
      environment: "staging",
      branch: "main",
      reason: "why",
      ...(until !== undefined && { until: `2026-03-01T0${until}:00:00Z` }),
    }),
  );
const resumed = (hour: number) =>
  entry(hour, factsText("resume", new Date(), { environment: "staging", branch: "main", reason: "why" }));
const rolledBack = (hour: number) =>
  entry(
    hour,
    factsText("rollback", new Date(), {
      environment: "staging",
      branch: "main",
      target: commit,
      undoes: commit,
      images: changesOf([], [{ name: image, digest: old }]),
      evidence: [],
    }),
  );

test.each<[what: string, entries: readonly RecordedEntry[], isHeld: boolean]>([
  ["nothing", [], false],
  ["a hold", [held(1)], true],
  ["a hold that is over", [held(1, 4)], false],
  ["a hold that is not over", [held(1, 6)], true],
  ["its end", [held(1), resumed(2)], false],
  ["another hold", [held(1), resumed(2), held(3)], true],
  ["one that is over behind one without an end", [held(1), held(2, 4)], true],
  ["a shorter one behind a longer one", [held(1, 6), held(2, 4)], true],
  ["an arrival since", [held(1), arrival(2, wanted)], true],
])("an environment is held: %s", (_, entries, isHeld) => {
  expect(holdIn(entries, new Date("2026-03-01T05:00:00Z")) !== undefined).toBe(isHeld);
});

test.each<[what: string, entries: readonly RecordedEntry[], is: boolean]>([
  ["nothing", [], false],
  ["a rollback", [rolledBack(1)], false],
  ["resumed since", [rolledBack(1), resumed(2)], true],
  ["rolled back since", [resumed(1), rolledBack(2)], false],
])("a rollback is resumed: %s", (_, entries, is) => {
  expect(isResumed(entries)).toBe(is);
});

test.each<[what: string, entries: readonly RecordedEntry[], since: number | undefined]>([
  ["nothing", [], undefined],
  ["a wait that passed", [arrival(1, wanted)], 1],
  ["the first of several", [arrival(1, old), arrival(2, wanted), arrival(3, wanted)], 2],
  ["another digest since", [arrival(1, wanted), arrival(2, old)], undefined],
  ["a failure since", [arrival(1, wanted), arrival(2, wanted, "failed")], undefined],
  ["a failure in between", [arrival(1, wanted), arrival(2, wanted, "failed"), arrival(3, wanted)], 3],
  [
    "a wait that told nothing in between",
    [arrival(1, wanted), arrival(2, wanted, "errored"), arrival(3, wanted)],
    1,
  ],
  [
    "a wait for another digest that told nothing in between",
    [arrival(1, wanted), arrival(2, old, "errored"), arrival(3, wanted)],
    3,
  ],
  ["an entry with a time before those before it", [arrival(4, old), arrival(1, wanted)], 4],
  ["only a wait that told nothing", [arrival(1, wanted, "errored")], undefined],
  ["set, and not yet there", [arrival(1, wanted), promotion(2, image, wanted)], undefined],
  ["set again, and there", [arrival(1, wanted), promotion(2, image, wanted), arrival(3, wanted)], 3],
  ["another image set", [arrival(1, wanted), promotion(2, other.name, wanted)], 1],
])("an image runs since it is on record as running: %s", (_, entries, since) => {
  const time = runningSince(entries, [{ name: image, digest: wanted }]);
  expect(time?.toISOString()).toBe(since === undefined ? undefined : `2026-03-01T0${since}:00:00.000Z`);
});

const commitOf = (digit: string) => digit.repeat(40);
const set = (hour: number, digit: string, name = image) => ({
  ...promotion(hour, name, wanted),
  commit: commitOf(digit),
});

test.each<[what: string, entries: readonly RecordedEntry[], commit: string | undefined]>([
  ["nothing", [], undefined],
  ["a promotion that nobody has seen arrive", [arrival(1, old), set(2, "a")], commitOf("a")],
  ["one of two commits", [arrival(1, old), set(2, "a", other.name), set(2, "b")], commitOf("a")],
  ["a wait that failed since", [set(2, "a"), arrival(3, wanted, "failed")], commitOf("a")],
  ["a hold since", [set(2, "a"), held(3)], commitOf("a")],
  ["an arrival since", [set(2, "a"), arrival(3, wanted)], undefined],
  ["an outage after an arrival", [set(2, "a"), arrival(3, wanted), arrival(4, wanted, "failed")], undefined],
  ["a rollback since", [set(2, "a"), rolledBack(3)], undefined],
])("a promotion has not arrived: %s", (_, entries, commit) => {
  expect(unsettled(entries, [{ name: image, digest: wanted }], false)).toBe(commit);
});

const query = { name: "errors", prometheus: "https://p.example.com", query: "errors", max: 1, minSamples: 5 };
const watched = (hour: number, outcome: "passed" | "failed" | "errored", digest = wanted) =>
  entry(
    hour,
    factsText("confirmation", new Date(), {
      environment: "staging",
      branch: "main",
      outcome,
      commit,
      images: [{ name: image, digest }, other],
      queries: [{ ...query, outcome, samples: 5 }],
      seconds: 1,
    }),
  );

test.each<[what: string, entries: readonly RecordedEntry[], isSettled: boolean]>([
  ["nothing after it", [], false],
  ["an arrival, which is not enough", [arrival(2, wanted)], false],
  ["a watch that told nothing", [arrival(2, wanted), watched(3, "errored")], false],
  ["a watch that failed", [arrival(2, wanted), watched(3, "failed")], false],
  ["a watch that passed", [arrival(2, wanted), watched(3, "passed")], true],
  ["a rollback", [arrival(2, wanted), watched(3, "failed"), rolledBack(4)], true],
])("a promotion that must be confirmed is settled by %s", (_, after, isSettled) => {
  const set = { ...promotion(1, image, wanted), commit };
  const found = unsettled([set, ...after], [{ name: image, digest: wanted }], true);
  expect(found).toBe(isSettled ? undefined : commit);
});

test.each<[what: string, entries: readonly RecordedEntry[], is: boolean]>([
  ["nobody", [], false],
  ["an arrival", [arrival(1, wanted)], false],
  ["a watch", [arrival(1, wanted), watched(2, "passed")], true],
  ["a watch, and found there again", [arrival(1, wanted), watched(2, "passed"), arrival(3, wanted)], true],
  ["a watch, and held", [arrival(1, wanted), watched(2, "passed"), held(3), resumed(4)], true],
  ["a watch before a failure", [watched(1, "passed"), arrival(2, wanted, "failed")], false],
  ["a watch before another", [watched(1, "passed"), arrival(2, wanted), watched(3, "failed")], false],
  ["a watch that told nothing", [arrival(1, wanted), watched(2, "errored"), arrival(3, wanted)], false],
  ["a watch of another image", [watched(1, "passed", old)], false],
  ["a watch before a rollback", [watched(1, "passed"), rolledBack(2), arrival(3, old)], false],
  [
    "a watch before a change and back",
    [watched(1, "passed"), promotion(2, image, old), arrival(3, wanted)],
    false,
  ],
])("images are confirmed by %s", (_, entries, is) => {
  expect(isImageConfirmed(entries, { name: image, digest: wanted })).toBe(is);
});

test("a confirmation holds for what was asked", () => {
  const images = [
    { name: image, digest: wanted, runs: true },
    { ...other, runs: true },
  ];
  const places = [{ images }] as unknown as Parameters<typeof isConfirmed>[1]["places"];
  const asking = (changes: object, ...more: object[]) =>
    isConfirmed([watched(1, "passed")], { places }, {
      queries: [{ ...query, ...changes }, ...more],
      delay: 0,
      for: 60,
      every: 15,
    } as Parameters<typeof isConfirmed>[2]);
  expect(asking({})).toBe(true);
  expect(asking({ max: 0.5 })).toBe(false);
  expect(asking({ min: 0 })).toBe(false);
  expect(asking({ minSamples: 6 })).toBe(false);
  expect(asking({ query: "others" })).toBe(false);
  expect(asking({ prometheus: "https://q.example.com" })).toBe(false);
  expect(asking({}, { ...query, name: "another" })).toBe(false);
});
