import { dag } from "@dagger.io/dagger";
import { checkName } from "#pipelines/findings/check-id.ts";
import type { Coverage } from "#pipelines/findings/evidence.ts";
import { type PlanFault, unplannedServices } from "#pipelines/plan/plan.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The check of what all services cover together. */
export const totalCoverageCheck = "coverage";

const kind = totalCoverageCheck;

/**
 * Judges what the tests of all services cover together, where slipway.yaml asks for that. A service whose tests are
 * switched off does not count.
 *
 * @param covered for each service that is tested, the check that bears its coverage.
 * @returns no check where it is not asked for.
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

/** Why the coverage of all services is not known where some are left out. */
export function untestedText(count: number): string {
  return `services that are not affected and not tested: ${count}`;
}

/** Names the checks that bear no coverage though their tests were to measure it: of these nobody knows. */
export function uncounted(
  faults: readonly Pick<PlanFault, "id">[],
  covered: readonly Pick<CheckResult, "check">[],
): readonly string[] {
  return [
    ...covered.filter(({ check }) => check.evidence.coverage === undefined).map(({ check }) => check.name),
    ...unplannedServices(faults).map(({ id }) => checkName(id)),
  ];
}

/** Adds coverage up, line by line: a large service counts more than a small one. */
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
