import { allPassed, notBumpedText, unnamedText } from "#pipelines/bump/preview.ts";
import { waiverLines } from "#pipelines/conclude/waiver-notes.ts";
import { checkName } from "#pipelines/findings/check-id.ts";
import type { Check } from "#pipelines/findings/evidence.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import type { ShardFolder } from "./folders.ts";
import { joinShards, type ShardCheck, type ShardedRun } from "./join.ts";
import { type ReadReport, withTotals } from "./totals.ts";

/** The result of all shards of a run. */
export interface MergedRun {
  readonly run: ShardedRun;
  readonly checks: readonly ShardCheck[];
  readonly notes: readonly string[];
}

/**
 * Merges the shards of one run. The result has their checks in the order of an unsplit run, and the checks that
 * need all shards together. An absent shard becomes an errored check.
 *
 * @throws SHARDS_MIXED when they are not of one run.
 */
export async function mergeShards(shards: readonly ShardFolder[], read: ReadReport): Promise<MergedRun> {
  const joined = joinShards(shards);
  const judged = await withTotals(joined, read);
  const absent = joined.missing.map((index) => missing(index, joined.run, joined.left));
  const before = [...absent, ...judged.filter((each) => !isBump(each))];
  const images = shards.flatMap(({ record }) => record.images);
  const bumps = bumpsOf(judged.filter(isBump), images, allPassed(before));
  const checks = [...before, ...bumps];
  const all = checks.map(({ check }) => check);
  const waivers = waiversOf(shards.map(({ record }) => record.waivers));
  const notes = new Set(shards.flatMap(({ record }) => record.notes));
  return { run: joined.run, checks, notes: [...waiverLines(waivers, all), ...notes] };
}

function isBump({ isDeferred, check }: ShardCheck): boolean {
  return isDeferred && check.kind === "bump";
}

function missing(index: number, { of }: ShardedRun, left: readonly string[]): ShardCheck {
  const part = left.length === 0 ? "" : ` (not carried out: ${left.slice(0, 20).join(", ")})`;
  const text = `the reports of shard ${index} of ${of} are missing${part}`;
  const remedy = `Run that shard with --shard=${index}/${of}, and add the folder with its reports.`;
  const id = { kind: "shard", subject: String(index) };
  const check: Check = {
    ...id,
    name: checkName(id),
    outcome: "errored",
    reasons: [{ code: "SHARD_MISSING", text, remedy }],
    evidence: { findings: [] },
    seconds: 0,
    reports: [],
  };
  return { check, folder: "", place: [0, 0], isDeferred: false };
}

/** A split run bumps nothing: if everything passed, the check shows the command for the bump. */
function bumpsOf(
  bumps: readonly ShardCheck[],
  images: ShardRecord["images"],
  passed: boolean,
): readonly ShardCheck[] {
  const [first] = bumps;
  if (first === undefined) return [];
  if (passed && images.length === 0)
    return [said({ ...first, check: { ...first.check, subject: undefined } }, unnamedText)];
  const set = images.map(({ name, digest }) => `--images=${name}@${digest}`).join(" ");
  const how = `a sharded run does not bump; to do so, run dagger call bump --source=. ${set}`;
  return bumps.map((each) => said(each, passed ? how : notBumpedText));
}

function said(placed: ShardCheck, text: string): ShardCheck {
  return { ...placed, check: { ...placed.check, name: checkName(placed.check), reasons: [{ text }] } };
}

/** A waiver counts as unused only if it is unused in every shard. */
function waiversOf(all: readonly ShardRecord["waivers"][]): ShardRecord["waivers"] {
  const [first, ...rest] = all;
  const once = (texts: readonly string[]) => [...new Set(texts)];
  return {
    unused: once(first?.unused ?? []).filter((text) => rest.every(({ unused }) => unused.includes(text))),
    broken: once(all.flatMap(({ broken }) => broken)),
    unread: once(all.flatMap(({ unread }) => unread)),
  };
}
