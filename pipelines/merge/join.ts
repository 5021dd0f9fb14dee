import { coverageDropCheck } from "#pipelines/checks/test/coverage-drop.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Check } from "#pipelines/findings/evidence.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import { printable } from "#pipelines/text/printable.ts";
import { version } from "#pipelines/version.ts";
import type { ShardFolder } from "./folders.ts";

/** The facts that the shards of one run share. */
export type ShardedRun = ShardRecord["run"];

/** A check with the folder of the shard that carried it out. */
export interface ShardCheck {
  readonly check: Check;
  readonly folder: string;
  readonly place: readonly [stage: number, unit: number];
  /** Whether it can be judged only with all shards together. */
  readonly isDeferred: boolean;
}

/** All available shards of a run, joined. */
export interface JoinedShards {
  readonly run: ShardedRun;
  /** In the order of an unsplit run. */
  readonly checks: readonly ShardCheck[];
  /** The absent shards, counted from 1, and the units that no shard carried out. */
  readonly missing: readonly number[];
  readonly left: readonly string[];
}

const remedy = "Pass the reports of one run only: the same commit, configuration and version of Slipway.";

const differing: readonly (readonly [key: keyof ShardedRun, what: string])[] = [
  ["of", "the number of shards"],
  ["slipway", "Slipway's version"],
  ["source", "the source"],
  ["plan", "the configuration or the arguments of the call"],
  ["units", "the list of work that the shards split"],
  ["root", "the checked folder"],
  ["services", "the services"],
  ["faults", "the parts that could not be planned"],
  ["base", "the commit of the base"],
  ["gates", "the gates"],
];

/**
 * Joins the shards of one run.
 *
 * @param shards at least one.
 * @throws SHARDS_MIXED when they are not of one run, or overlap.
 */
export function joinShards(shards: readonly ShardFolder[]): JoinedShards {
  const [first] = shards;
  if (first === undefined) throw new SlipwayError("SHARD_MISSING", "the folder contains no shard", remedy);
  const { run } = first.record;
  for (const shard of shards) holdSame(first, shard);
  if (run.slipway !== version) {
    throw mixed(`Slipway ${printable(run.slipway)} wrote the shards, and this is Slipway ${version}`);
  }
  holdOnce(shards, ({ record }) => [`shard ${record.index}`]);
  holdOnce(shards, ({ record }) => record.units);
  holdOnce(shards, ({ checks }) => checks.flatMap(({ name }) => (name === coverageDropCheck ? [] : [name])));
  const there = new Set(shards.map(({ record }) => record.index));
  const done = new Set(shards.flatMap(({ record }) => record.units));
  const missing = Array.from({ length: run.of }, (_, at) => at + 1).filter((index) => !there.has(index));
  const left = run.units.filter((unit) => !done.has(unit));
  if (missing.length === 0 && left.length > 0) {
    throw mixed(`all shards are present, but no shard carried out ${printable(left.join(", "))}`);
  }
  return { run, checks: inOrder(shards), missing, left };
}

function inOrder(shards: readonly ShardFolder[]): readonly ShardCheck[] {
  return shards
    .toSorted((a, b) => a.record.index - b.record.index)
    .flatMap(({ record, checks, folder }) =>
      checks.map((check, at) => ({
        check,
        folder,
        place: record.places[at] ?? ([0, 0] as const),
        isDeferred: record.deferred.includes(check.name),
      })),
    )
    .toSorted((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]);
}

function holdSame(one: ShardFolder, other: ShardFolder): void {
  const found = differing.find(
    ([key]) => JSON.stringify(one.record.run[key]) !== JSON.stringify(other.record.run[key]),
  );
  if (found === undefined) return;
  const [key, what] = found;
  const values = [one, other].map(({ record: { run } }) => printable(String(run[key])));
  const said = key === "of" || key === "slipway" ? `: ${values.join(" and ")}` : "";
  throw mixed(`${printable(one.folder)} and ${printable(other.folder)} differ in ${what}${said}`);
}

/** Fails if two shards name the same thing. */
function holdOnce(shards: readonly ShardFolder[], namesOf: (shard: ShardFolder) => readonly string[]): void {
  const seen = new Map<string, string>();
  for (const shard of shards) {
    for (const name of namesOf(shard)) {
      const before = seen.get(name);
      if (before !== undefined && before !== shard.folder) {
        const where = `${printable(before)} and ${printable(shard.folder)}`;
        throw mixed(`${printable(name)} occurs twice, in ${where}`);
      }
      seen.set(name, shard.folder);
    }
  }
}

function mixed(what: string): SlipwayError {
  return new SlipwayError("SHARDS_MIXED", what, remedy);
}
