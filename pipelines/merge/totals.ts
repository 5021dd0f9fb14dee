import { changedCoverageCheck, changesFile, tally } from "#pipelines/checks/test/coverage-changed.ts";
import { coverageDropCheck } from "#pipelines/checks/test/coverage-drop.ts";
import {
  sumCoverage,
  totalCoverageCheck,
  uncounted,
  untestedText,
} from "#pipelines/checks/test/coverage-total.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { Reason } from "#pipelines/errors/reason.ts";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import type { Check, Evidence } from "#pipelines/findings/evidence.ts";
import { type Gates, judge } from "#pipelines/gates/judge.ts";
import { readCoveredLines } from "#pipelines/readers/covered-lines.ts";
import { readGitDiff } from "#pipelines/readers/git-diff.ts";
import { passNote } from "#pipelines/verdict/pass-note.ts";
import { skippedCheck } from "#pipelines/verdict/run-check.ts";
import { unaffectedServices } from "#pipelines/verdict/unaffected.ts";
import type { JoinedShards, ShardCheck } from "./join.ts";

/** Reads a report of a check from the folder of its shard. */
export type ReadReport = (folder: string, path: string) => Promise<string>;

/**
 * Judges the checks that need all shards together: total coverage, coverage of changed lines, and coverage against
 * a base. If a shard is absent, none of them is judged, because its coverage is unknown.
 *
 * @returns the checks in their order, each of them once.
 */
export async function withTotals(joined: JoinedShards, read: ReadReport): Promise<readonly ShardCheck[]> {
  const drops = joined.checks.filter(({ check }) => check.kind === coverageDropCheck);
  const checks: ShardCheck[] = [];
  for (const placed of joined.checks) {
    const { kind } = placed.check;
    if (kind === coverageDropCheck) {
      if (placed === drops[0]) checks.push({ ...placed, check: dropOf(joined, drops) });
    } else if (placed.isDeferred && kind === totalCoverageCheck) {
      checks.push({ ...placed, check: totalOf(joined) });
    } else if (placed.isDeferred && kind === changedCoverageCheck) {
      checks.push({ ...placed, check: await changedOf(joined, placed, read) });
    } else {
      checks.push(placed);
    }
  }
  return checks;
}

function totalOf(joined: JoinedShards): Check {
  const id = { kind: totalCoverageCheck };
  const unaffected = unaffectedServices(joined.checks.map(({ check }) => check));
  if (unaffected.length > 0) return skippedCheck(id, untestedText(unaffected.length)).check;
  const unknown = unknownOf(joined, "count");
  if (unknown !== undefined) return skippedCheck(id, unknown).check;
  const coverage = sumCoverage(coveredBy(joined).flatMap(({ check }) => check.evidence.coverage ?? []));
  const gates = { ...gatesOf(joined), coverage: joined.run.gates.totalCoverage ?? 100 };
  return judged(id, { findings: [], coverage }, gates);
}

async function changedOf(
  joined: JoinedShards,
  { check, folder }: ShardCheck,
  read: ReadReport,
): Promise<Check> {
  const unknown = unknownOf(joined, "count");
  if (unknown !== undefined) return { ...skippedCheck(check, unknown).check, reports: check.reports };
  if (check.outcome === "errored") return check;
  try {
    const changed = readGitDiff(await read(folder, `${check.name}/${changesFile}`), changesFile);
    const lines = await Promise.all(
      coveredBy(joined).map(async (covered) => {
        const file = `${covered.check.name}/coverage.json`;
        return readCoveredLines(await read(covered.folder, file), file, {
          root: "/src",
          folder: covered.path,
        });
      }),
    );
    const { base } = joined.run;
    const counted = { base: base?.name ?? "", ...tally(changed, lines, base?.root) };
    const result = judged(check, { findings: [], changed: counted }, gatesOf(joined));
    return { ...result, reports: check.reports };
  } catch (error) {
    return { ...erroredAs(check, [explain(error)]), reports: check.reports };
  }
}

/** The drop in coverage over all shards: each shard compared the services that it tests. */
function dropOf(joined: JoinedShards, parts: readonly ShardCheck[]): Check {
  const id = { kind: coverageDropCheck };
  const all = parts.map(({ check }) => check);
  const texts = new Set(all.flatMap(({ reasons }) => reasons.map(({ text }) => text)));
  const isSkipped = all.every(({ outcome }) => outcome === "skipped");
  if (joined.missing.length === 0 && isSkipped && texts.size === 1 && all[0] !== undefined) return all[0];
  const unknown = unknownOf(joined, "compare");
  if (unknown !== undefined) return skippedCheck(id, unknown).check;
  const broken = all.filter(({ outcome }) => outcome === "errored").flatMap(({ reasons }) => reasons);
  if (broken.length > 0) return erroredAs(id, [...new Map(broken.map((each) => [each.text, each])).values()]);
  const order = joined.run.services.map((service) => service.name);
  const steps = all
    .flatMap(({ evidence }) => evidence.steps ?? [])
    .toSorted((a, b) => order.indexOf(a.service) - order.indexOf(b.service));
  return judged(id, { findings: [], steps }, gatesOf(joined));
}

/** The reason why the coverage of all services is unknown; undefined if it is known. */
function unknownOf(joined: JoinedShards, what: "count" | "compare"): string | undefined {
  const { missing, run } = joined;
  if (missing.length > 0) return `shard ${missing.join(", ")} of ${run.of} is missing`;
  const covered = coveredBy(joined);
  if (covered.length === 0) return "no service is tested";
  const unknown = uncounted(
    run.faults.map((id) => ({ id })),
    covered,
  );
  return unknown.length === 0 ? undefined : `no coverage to ${what}: ${unknown.join(", ")}`;
}

/** The checks that carry the services' coverage, in the order of the services. */
function coveredBy({ run, checks }: JoinedShards): readonly (ShardCheck & { readonly path: string })[] {
  return run.services.flatMap(({ coverage, path }) =>
    checks.filter(({ check }) => check.name === coverage).map((placed) => ({ ...placed, path })),
  );
}

function gatesOf({ run }: JoinedShards): Gates {
  return { ...run.gates, coverage: 0, severity: [], ignoreUnfixed: false };
}

function judged({ kind, service, subject }: CheckId, evidence: Evidence<never>, gates: Gates): Check {
  const { outcome, reasons } = judge(evidence, gates);
  return {
    ...skippedCheck({ kind, service, subject }, "").check,
    outcome,
    reasons,
    evidence,
    seconds: 0,
    reports: [],
    ...(reasons.length === 0 && { note: passNote(evidence) }),
  };
}

function erroredAs(id: CheckId, reasons: readonly Reason[]): Check {
  return { ...skippedCheck(id, "").check, outcome: "errored", reasons };
}
