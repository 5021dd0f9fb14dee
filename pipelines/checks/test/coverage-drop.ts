import { type Container, dag, type File } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { BaseRef } from "#pipelines/git/merge-base.ts";
import { needsBase } from "#pipelines/verdict/needs-base.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { openBase } from "#pipelines/workspace/at-base.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { type BaseCoverage, readBaseCoverage } from "./base-coverage.ts";
import type { ServiceCoverage } from "./coverage-changed.ts";
import { uncounted } from "./coverage-total.ts";
import { testServices } from "./test.ts";

/** The check for a drop in coverage. In a split run, each shard has this check over the services that it tests. */
export const coverageDropCheck = "coverage-drop";

const kind = coverageDropCheck;

/**
 * Judges whether the services' coverage fell below that of the base. The base's coverage comes from the
 * summary.json that the call passes. Without one, the base's own tests run, after those of the source.
 *
 * @param covered the tested services.
 * @returns no check if slipway.yaml does not ask for it and the call passes no summary.json.
 */
export function checkCoverageDrop(
  workspace: Workspace,
  covered: readonly ServiceCoverage[],
): readonly Promise<CheckResult>[] {
  const { gates, request, base } = workspace;
  if (request.baseCoverage !== undefined) {
    const recorded = () => recordedOn(request.baseCoverage as File);
    return [judged(workspace, covered, recorded)];
  }
  if (gates.coverageDrop === undefined) return [];
  if (base !== undefined) {
    return [
      needsBase(base, { kind }, ({ from }) =>
        judged(workspace, covered, () => measuredOn(workspace, base, from, covered)),
      ),
    ];
  }
  const text = "the call names no base: add --base=REF --git=.git, or --base-coverage=summary.json";
  return [Promise.resolve(skippedCheck({ kind }, text))];
}

async function judged(
  workspace: Workspace,
  covered: readonly ServiceCoverage[],
  before: () => Promise<BaseCoverage>,
): Promise<CheckResult> {
  const all = await Promise.all(covered.map(({ result }) => result));
  const unknown = uncounted(workspace.plan.faults, all);
  if (covered.length === 0) return skippedCheck({ kind }, "no service is tested");
  if (unknown.length > 0) return skippedCheck({ kind }, `no coverage to compare: ${unknown.join(", ")}`);
  return runCheck({ kind, gates: workspace.gates }, async () => ({
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

/** Runs the base's tests of the same services, in the base's configuration and in the same pool. */
async function measuredOn(
  workspace: Workspace,
  base: BaseRef,
  from: string,
  wanted: readonly ServiceCoverage[],
): Promise<BaseCoverage> {
  const { request } = workspace;
  const other = await openBase(workspace, base, from, { service: request.service, steps: workspace });
  if (other === undefined) return new Map();
  const names = wanted.map(({ service }) => service.name);
  const services = other.services.filter((service) => names.includes(service.name));
  const { covered } = testServices({ ...other, services });
  const all = await Promise.all(covered.map(({ result }) => result));
  const faults = other.plan.faults.filter(({ id }) => names.includes(id.service ?? ""));
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
    "Fix the base, or pass --base-coverage=summary.json from a run on the base.",
  );
}
