import { comparedWithBase } from "#pipelines/baseline/compare.ts";
import { checkCode } from "#pipelines/checks/code/code.ts";
import { checkFiles } from "#pipelines/checks/files/files.ts";
import { checkInfrastructure } from "#pipelines/checks/infrastructure/infrastructure.ts";
import { checkManifests } from "#pipelines/checks/manifests/manifests.ts";
import { reportPlanFaults } from "#pipelines/checks/plan-faults.ts";
import { runSemgrep } from "#pipelines/checks/scan/semgrep.ts";
import { scanSource } from "#pipelines/checks/scan/source.ts";
import { scanSecrets } from "#pipelines/checks/secrets/source.ts";
import { checkSymlinks } from "#pipelines/checks/source/links.ts";
import { runTests } from "#pipelines/checks/test/test.ts";
import type { Request } from "#pipelines/request.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { type Verdict, verdictOf } from "#pipelines/verdict/verdict.ts";
import { openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";

/** The verdict over what checks code, types and the repository's other files. */
export function lintOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [
    ...workspace.services.flatMap((service) => checkCode(workspace, service)),
    ...checkFiles(workspace),
  ]);
}

/** The verdict over the tests alone. */
export function testOnly(request: Request): Promise<Verdict> {
  return only(request, runTests);
}

/** The verdict over the source's scans alone. */
export function scanOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [
    checkSymlinks(workspace),
    scanSource(workspace),
    scanSecrets(workspace),
    runSemgrep(workspace),
  ]);
}

/** The verdict over the rendered manifests alone. */
export function manifestsOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [checkSymlinks(workspace), ...checkManifests(workspace)]);
}

/** The verdict over OpenTofu and Terraform configurations alone. */
export function infrastructureOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [checkSymlinks(workspace), ...checkInfrastructure(workspace)]);
}

async function only(
  request: Request,
  checks: (workspace: Workspace) => readonly Promise<CheckResult | readonly CheckResult[]>[],
): Promise<Verdict> {
  const { workspace, compared } = await comparedWithBase(await openWorkspace(request));
  const checked = (await Promise.all(checks(workspace))).flat();
  const examined = [...reportPlanFaults(workspace), ...checked, ...(await compared())];
  return verdictOf(examined.map(({ check }) => check));
}
