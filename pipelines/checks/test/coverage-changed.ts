import { posix } from "node:path";
import { dag } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { ChangedCoverage } from "#pipelines/findings/evidence.ts";
import type { BaseRef, MergeBase } from "#pipelines/git/merge-base.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { isTestFile } from "#pipelines/plan/python/test-file.ts";
import { type CoveredLines, readCoveredLines } from "#pipelines/readers/covered-lines.ts";
import { type ChangedFile, readGitDiff } from "#pipelines/readers/git-diff.ts";
import { deferredCheck } from "#pipelines/verdict/deferred.ts";
import { needsBase } from "#pipelines/verdict/needs-base.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { uncounted } from "./coverage-total.ts";

/** A tested service, and the check that carries its coverage. */
export interface ServiceCoverage {
  readonly service: PlannedService;
  readonly result: Promise<CheckResult>;
}

/** The check for the lines that differ from the base. */
export const changedCoverageCheck = "changed-coverage";

const kind = changedCoverageCheck;

/** The file in the check's reports that lists the differences. */
export const changesFile = "changes.patch";

/**
 * Judges whether the tests cover the lines that differ from the base.
 *
 * @param covered the tested services.
 * @returns no check if the call names no base and slipway.yaml does not ask for one.
 */
export function checkChangedCoverage(
  workspace: Workspace,
  covered: readonly ServiceCoverage[],
): readonly Promise<CheckResult>[] {
  const { base, gates } = workspace;
  if (base !== undefined) {
    return [needsBase(base, { kind }, (mergeBase) => judged(workspace, base, mergeBase, covered))];
  }
  if (gates.changedCoverage === undefined) return [];
  return [Promise.resolve(skippedCheck({ kind }, "the call names no base: add --base=REF --git=.git"))];
}

async function judged(
  workspace: Workspace,
  base: BaseRef,
  mergeBase: MergeBase,
  covered: readonly ServiceCoverage[],
): Promise<CheckResult> {
  const compared = workspace.run(() => diff(workspace, base, mergeBase));
  // The check reports a failure when it awaits this; until then no one handles it.
  compared.catch(() => {});
  const all = await Promise.all(covered.map(({ result }) => result));
  const unknown = uncounted(workspace.plan.faults, all);
  if (covered.length === 0) return skippedCheck({ kind }, "no service is tested");
  if (unknown.length > 0) return skippedCheck({ kind }, `no coverage to count: ${unknown.join(", ")}`);
  return runCheck({ kind, gates: workspace.gates }, async () => {
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

/** Finds the differences from the base, which a merge of shards judges. */
export function changesOnly(workspace: Workspace, base: BaseRef): Promise<CheckResult> {
  return needsBase(base, { kind }, async (mergeBase) => {
    const { check, reports } = await workspace.run(() =>
      runCheck({ kind, gates: workspace.gates }, async () => {
        const ran = await diff(workspace, base, mergeBase);
        return { reports: ran.directory(reportsFolder), read: async () => ({ findings: [] }) };
      }),
    );
    const left = check.outcome === "errored" ? check : deferredCheck({ kind }, check.reports).check;
    return { check: left, reports, isDeferred: true };
  });
}

async function diff({ tools, wholeSource }: Workspace, base: BaseRef, { from, head }: MergeBase) {
  const ran = tools.history.diff(base.repository, wholeSource, from, head);
  const exitCode = await ran.exitCode();
  if (exitCode !== 0) throw toolFailed("git", exitCode, await ran.stderr());
  return ran;
}

async function linesOf({ path }: PlannedService, result?: CheckResult): Promise<CoveredLines> {
  const ran = dag.container().withDirectory(reportsFolder, result?.reports ?? dag.directory());
  const file = "coverage.json";
  return readCoveredLines(await readReport(ran, file), file, { root: "/src", folder: path });
}

/**
 * Counts the changed lines that tests measure. A line is covered if the tests of any service run it.
 *
 * @param changed the differences, by paths in the repository.
 * @param covered the lines that each service's tests ran, by paths in the source.
 * @param root the folder of the source in the repository; default: `.`.
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
    const isUnmeasured = known.length === 0 && lines.length > 0 && isCode(inSource);
    return { path: inSource, measured, missed, isUnmeasured };
  });
  const unmeasured = files.filter((each) => each.isUnmeasured).map(({ path }) => path);
  const total = files.reduce((sum, { measured }) => sum + measured.length, 0);
  const missed = files
    .filter((each) => each.missed.length > 0)
    .map((each) => ({ path: each.path, lines: each.missed }));
  return {
    coveredLines: total - missed.reduce((sum, { lines }) => sum + lines.length, 0),
    totalLines: total,
    missed,
    ...(unmeasured.length > 0 && { unmeasured }),
  };
}

/** Whether a path is one of Python code that tests should run, by the names that Slipway does not measure either. */
function isCode(path: string): boolean {
  return (
    path.endsWith(".py") &&
    !path.startsWith("../") &&
    !/(?:^|\/)tests?\//.test(path) &&
    !isTestFile(path) &&
    !/^(?:conftest|setup|noxfile)\.py$/.test(posix.basename(path))
  );
}
