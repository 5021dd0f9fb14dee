import { dag } from "@dagger.io/dagger";
import { checkName } from "#pipelines/findings/check-id.ts";
import type { Coverage } from "#pipelines/findings/evidence.ts";
import { type PlanFault, unplannedServices } from "#pipelines/plan/plan.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The check for the coverage of all services together. */
export const totalCoverageCheck = "coverage";

const kind = totalCoverageCheck;

/**
 * Judges the coverage of all services together, if slipway.yaml asks for it. A service whose tests are switched off
 * does not count.
 *
 * @param covered for each tested service, the check that carries its coverage.
 * @returns no check if slipway.yaml does not ask for it.
 */
export function checkTotalCoverage(
  workspace: Workspace,
  covered: readonly Promise<CheckResult>[],
): readonly Promise<CheckResult>[] {
  const { gates, plan } = workspace;
  if (gates.totalCoverage === undefined) return [];
  const asked = { ...gates, coverage: gates.totalCoverage, branches: undefined };
  const judged = async () => {
    const examined = await Promise.all(covered);
    const checks = examined.map(({ check }) => check);
    const unknown = uncounted(plan.faults, examined);
    const { onlyService, unaffected } = workspace;
    if (onlyService !== undefined)
      return skippedCheck({ kind }, `only the service ${onlyService} was requested`);
    if (unaffected.length > 0) return skippedCheck({ kind }, untestedText(unaffected.length));
    if (checks.length === 0) return skippedCheck({ kind }, "no service is tested");
    if (unknown.length > 0) return skippedCheck({ kind }, `no coverage to count: ${unknown.join(", ")}`);
    const coverage = sumCoverage(checks.flatMap(({ evidence }) => evidence.coverage ?? []));
    return runCheck({ kind, gates: asked }, async () => ({
      reports: dag.directory(),
      read: async () => ({ findings: [], coverage }),
    }));
  };
  return [judged()];
}

/** Explains why the total coverage is unknown when some services are left out. */
export function untestedText(count: number): string {
  return `services that are not affected and not tested: ${count}`;
}

/** Names the checks that carry no coverage although their tests should have measured it. */
export function uncounted(
  faults: readonly Pick<PlanFault, "id">[],
  covered: readonly Pick<CheckResult, "check">[],
): readonly string[] {
  return [
    ...covered.filter(({ check }) => check.evidence.coverage === undefined).map(({ check }) => check.name),
    ...unplannedServices(faults).map(({ id }) => checkName(id)),
  ];
}

/** Adds coverage line by line: a large service counts more than a small one. */
export function sumCoverage(parts: readonly Coverage[]): Coverage {
  const add = (of: (part: Coverage) => number) => parts.reduce((before, part) => before + of(part), 0);
  const coveredLines = add((part) => part.coveredLines);
  const totalLines = add((part) => part.totalLines);
  return {
    percent: (100 * coveredLines) / totalLines,
    coveredLines,
    totalLines,
    files: parts.flatMap(({ files }) => files),
  };
}
