import { posix } from "node:path";
import { dag } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { ChangedCoverage } from "#pipelines/findings/evidence.ts";
import { type BaseRef, mergeBaseOf } from "#pipelines/git/merge-base.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { type CoveredLines, readCoveredLines } from "#pipelines/readers/covered-lines.ts";
import { type ChangedFile, readGitDiff } from "#pipelines/readers/git-diff.ts";
import { deferredCheck } from "#pipelines/verdict/deferred.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { uncounted } from "./coverage-total.ts";

/** A service that is tested, and the check that bears its coverage. */
export interface ServiceCoverage {
  readonly service: PlannedService;
  readonly examined: Promise<CheckResult>;
}

/** The check of the lines that differ from the base. */
export const changedCoverageCheck = "changed-coverage";

const name = changedCoverageCheck;

/** The file among the check's reports that says what differs. */
export const changesFile = "changes.patch";

/**
 * Judges whether the tests cover the lines that differ from the base.
 *
 * @param covered the services that are tested.
 * @returns no check where neither the call names a base nor slipway.yaml asks for it.
 */
export function checkChangedCoverage(
  workspace: Workspace,
  covered: readonly ServiceCoverage[],
): readonly Promise<CheckResult>[] {
  const { base, gates } = workspace;
  if (base !== undefined) return [judged(workspace, base, covered)];
  if (gates.changedCoverage === undefined) return [];
  return [Promise.resolve(skippedCheck(name, "the call names no base: --base=REF --git=.git"))];
}

async function judged(
  workspace: Workspace,
  base: BaseRef,
  covered: readonly ServiceCoverage[],
): Promise<CheckResult> {
  const compared = workspace.run(() => diff(workspace, base));
  // Whatever it fails with is told when it is asked for; until then it is nobody's.
  compared.catch(() => {});
  const all = await Promise.all(covered.map(({ examined }) => examined));
  const unknown = uncounted(workspace.plan.faults, all);
  if (covered.length === 0) return skippedCheck(name, "no service is tested");
  if (unknown.length > 0) return skippedCheck(name, `${unknown.join(", ")}: no coverage to count`);
  return runCheck({ name, gates: workspace.gates }, async () => {
    const ran = await compared;
    return {
      reports: ran.directory(reportsFolder),
      read: async () => {
        const changed = readGitDiff(await readReport(ran, changesFile), changesFile);
        const lines = await Promise.all(covered.map((each, at) => linesOf(each.service, all[at])));
        return { findings: [], changed: { base: base.name, ...tally(changed, lines, workspace.root) } };
      },
    };
  });
}

/** Finds what differs from the base, for a merge of shards to judge. */
export async function changesOnly(workspace: Workspace, base: BaseRef): Promise<CheckResult> {
  const { check, reports } = await workspace.run(() =>
    runCheck({ name, gates: workspace.gates }, async () => {
      const ran = await diff(workspace, base);
      return { reports: ran.directory(reportsFolder), read: async () => ({ findings: [] }) };
    }),
  );
  const left = check.outcome === "errored" ? check : deferredCheck(name, check.reports).check;
  return { check: left, reports, isDeferred: true };
}

async function diff({ history, wholeSource }: Workspace, base: BaseRef) {
  const { from, head } = await mergeBaseOf(history, base);
  const ran = history.diff(base.repository, wholeSource, from, head);
  const exitCode = await ran.exitCode();
  if (exitCode !== 0) throw toolFailed("git", exitCode, await ran.stderr());
  return ran;
}

async function linesOf({ path }: PlannedService, examined?: CheckResult): Promise<CoveredLines> {
  const ran = dag.container().withDirectory(reportsFolder, examined?.reports ?? dag.directory());
  const file = "coverage.json";
  return readCoveredLines(await readReport(ran, file), file, { root: "/src", folder: path });
}

/**
 * Counts the changed lines that tests measure. A line that any service's tests run is covered.
 *
 * @param changed what differs, by paths in the repository.
 * @param covered what each service's tests ran, by paths in the source.
 * @param root where the source lies in the repository.
 */
export function tally(
  changed: readonly ChangedFile[],
  covered: readonly CoveredLines[],
  root = ".",
): Omit<ChangedCoverage, "base"> {
  const files = changed.map(({ path, lines }) => {
    const inSource = posix.relative(root, path);
    const known = covered.flatMap((each) => each.get(inSource) ?? []);
    const measured = lines.filter((line) => known.some((each) => each.has(line)));
    const missed = measured.filter((line) => !known.some((each) => each.get(line)));
    return { path: inSource, measured, missed };
  });
  const total = files.reduce((sum, { measured }) => sum + measured.length, 0);
  const missed = files
    .filter((each) => each.missed.length > 0)
    .map((each) => ({ path: each.path, lines: each.missed }));
  return {
    coveredLines: total - missed.reduce((sum, { lines }) => sum + lines.length, 0),
    totalLines: total,
    missed,
  };
}
