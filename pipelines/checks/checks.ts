import { checkCode } from "#pipelines/checks/code/code.ts";
import { checkFiles } from "#pipelines/checks/files/files.ts";
import type { ImageResult } from "#pipelines/checks/image/image.ts";
import { checkInfrastructure } from "#pipelines/checks/infrastructure/infrastructure.ts";
import { checkManifests } from "#pipelines/checks/manifests/manifests.ts";
import { runSemgrep } from "#pipelines/checks/scan/semgrep.ts";
import { scanSource } from "#pipelines/checks/scan/source.ts";
import { scanHistory } from "#pipelines/checks/secrets/history.ts";
import { scanSecrets } from "#pipelines/checks/secrets/source.ts";
import { checkSymlinks } from "#pipelines/checks/source/links.ts";
import { runTests } from "#pipelines/checks/test/test.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { RepositoryUnit } from "#pipelines/shards/units.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { reportPlanFaults } from "./plan-faults.ts";

/** What all checks leave. */
export interface CheckResults<Image extends ImageResult> {
  /** The checks, stage by stage in the order of the pipeline. */
  readonly stages: readonly (readonly CheckResult[])[];
  readonly images: readonly Image[];
}

/**
 * Carries out every check of a workspace and makes its images, side by side. No check stops another.
 *
 * @param narrowing what was found out before, about which services there is anything to check.
 * @param imaging makes a service's image and looks at it.
 */
export async function runChecks<Image extends ImageResult>(
  workspace: Workspace,
  narrowing: readonly (readonly CheckResult[])[],
  imaging: (workspace: Workspace, service: PlannedService) => Promise<Image>,
): Promise<CheckResults<Image>> {
  const { services, units } = workspace;
  const part = <Checks>(unit: RepositoryUnit, of: () => readonly Checks[]) => (units.has(unit) ? of() : []);

  const tested = runTests(workspace);
  const imaged = services.map((service) => imaging(workspace, service));
  const linted = services.flatMap((service) => checkCode(workspace, service));
  const filed = part("files", () => checkFiles(workspace));
  const scanned = part("scan", () => [scanSource(workspace)]);
  const rendered = part("scan", () => checkManifests(workspace, scanned[0]));
  const leaked = part("secrets", () => [scanSecrets(workspace), scanHistory(workspace)]);
  const matched = part("semgrep", () => [runSemgrep(workspace)]);
  const infra = part("infra", () => checkInfrastructure(workspace));
  const linked = part("source", () => [checkSymlinks(workspace)]);
  const own = part("source", () => workspace.request.checks?.(workspace) ?? []);

  const images = await Promise.all(imaged);
  const checked = [linked, linted, filed, tested, scanned, leaked, matched, rendered, infra, own];
  const stages = [
    part("plan", () => reportPlanFaults(workspace)),
    ...narrowing,
    ...(await Promise.all(checked.map(async (stage) => (await Promise.all(stage)).flat()))),
    images.flatMap((each) => each.checks),
  ];
  return { stages, images };
}
