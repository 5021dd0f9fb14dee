import { type Container, dag, type File } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { mergeBaseOf } from "#pipelines/git/merge-base.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { openBase } from "#pipelines/workspace/at-base.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { type BaseCoverage, readBaseCoverage } from "./base-coverage.ts";
import type { ServiceCoverage } from "./coverage-changed.ts";
import { uncounted } from "./coverage-total.ts";

/** In a run of several shards each has this check, over the services that it tests. */
export const coverageDropCheck = "coverage-drop";

const name = coverageDropCheck;

/**
 * Judges whether the services' coverage fell below that of the base: of the summary.json that the call hands over, else
 * of the base's own tests, which are run for it after the source's.
 *
 * @param covered the services that are tested.
 * @param tests runs the tests of another workspace.
 * @returns no check where slipway.yaml does not ask for it and the call hands over no summary.json.
 */
export function checkCoverageDrop(
  workspace: Workspace,
  covered: readonly ServiceCoverage[],
  tests: (workspace: Workspace) => readonly ServiceCoverage[],
): readonly Promise<CheckResult>[] {
  const { gates, request, base } = workspace;
  if (request.baseCoverage !== undefined) {
    const recorded = () => recordedOn(request.baseCoverage as File);
    return [judged(workspace, covered, recorded)];
  }
  if (gates.coverageDrop === undefined) return [];
  if (base !== undefined) return [judged(workspace, covered, () => measuredOn(workspace, covered, tests))];
  const text = "the call names no base: --base=REF --git=.git, or --base-coverage=summary.json";
  return [Promise.resolve(skippedCheck(name, text))];
}

async function judged(
  workspace: Workspace,
  covered: readonly ServiceCoverage[],
  before: () => Promise<BaseCoverage>,
): Promise<CheckResult> {
  const all = await Promise.all(covered.map(({ examined }) => examined));
  const unknown = uncounted(workspace.plan.faults, all);
  if (covered.length === 0) return skippedCheck(name, "no service is tested");
  if (unknown.length > 0) return skippedCheck(name, `${unknown.join(", ")}: no coverage to compare`);
  return runCheck({ name, gates: workspace.gates }, async () => ({
    reports: dag.directory(),
    read: async () => {
      const there = await before();
      const steps = covered.flatMap(({ service }, at) => {
        const known = there.get(service.name);
        const after = all[at]?.check.evidence.coverage?.percent ?? Number.NaN;
        return known === undefined ? [] : [{ service: service.name, before: known, after }];
      });
      return { findings: [], steps };
    },
  }));
}

async function recordedOn(file: File): Promise<BaseCoverage> {
  const handed: Container = dag.container().withFile(`${reportsFolder}/summary.json`, file);
  return readBaseCoverage(await readReport(handed, "summary.json"), "the base's summary.json");
}

/** Runs the base's tests of the same services as the base configures them, in the same pool. */
async function measuredOn(
  workspace: Workspace,
  wanted: readonly ServiceCoverage[],
  tests: (workspace: Workspace) => readonly ServiceCoverage[],
): Promise<BaseCoverage> {
  const { request, history, base } = workspace;
  if (base === undefined) return new Map();
  const { from } = await mergeBaseOf(history, base);
  const other = await openBase(workspace, base, from, { service: request.service, steps: workspace });
  if (other === undefined) return new Map();
  const names = wanted.map(({ service }) => service.name);
  const services = other.services.filter((service) => names.includes(service.name));
  const covered = tests({ ...other, services });
  const all = await Promise.all(covered.map(({ examined }) => examined));
  const faults = other.plan.faults.filter(({ check }) => names.includes(check.replace(/\/plan$/, "")));
  const unknown = uncounted(faults, all);
  if (unknown.length === 0) {
    return new Map(
      covered.map(({ service }, at) => [
        service.name,
        all[at]?.check.evidence.coverage?.percent ?? Number.NaN,
      ]),
    );
  }
  throw new SlipwayError(
    "BASE_UNMEASURED",
    `the tests of ${base.name} could not be carried out (${unknown.join(", ")})`,
    "Mend the base, or hand over --base-coverage, the summary.json of a run on it.",
  );
}
