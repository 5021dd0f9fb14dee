import { comparedWithBase } from "#pipelines/baseline/compare.ts";
import { lint } from "#pipelines/checks/code/code.ts";
import { files } from "#pipelines/checks/files/files.ts";
import { infrastructure } from "#pipelines/checks/infrastructure/infrastructure.ts";
import { manifests } from "#pipelines/checks/manifests/manifests.ts";
import { unplanned } from "#pipelines/checks/plan-faults.ts";
import { patterns } from "#pipelines/checks/scan/semgrep.ts";
import { scan } from "#pipelines/checks/scan/source.ts";
import { leaks } from "#pipelines/checks/secrets/source.ts";
import { links } from "#pipelines/checks/source/links.ts";
import { test } from "#pipelines/checks/test/test.ts";
import type { Request } from "#pipelines/request.ts";
import type { Examined } from "#pipelines/verdict/run-check.ts";
import { type Verdict, verdictOf } from "#pipelines/verdict/verdict.ts";
import { openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";

/** The verdict over what checks code, types and the repository's other files. */
export function lintOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [
    ...workspace.services.flatMap((service) => lint(workspace, service)),
    ...files(workspace),
  ]);
}

/** The verdict over the tests alone. */
export function testOnly(request: Request): Promise<Verdict> {
  return only(request, test);
}

/** The verdict over the source's scans alone. */
export function scanOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [
    links(workspace),
    scan(workspace),
    leaks(workspace),
    patterns(workspace),
  ]);
}

/** The verdict over the rendered manifests alone. */
export function manifestsOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [links(workspace), ...manifests(workspace)]);
}

/** The verdict over OpenTofu and Terraform configurations alone. */
export function infrastructureOnly(request: Request): Promise<Verdict> {
  return only(request, (workspace) => [links(workspace), ...infrastructure(workspace)]);
}

async function only(
  request: Request,
  checks: (workspace: Workspace) => readonly Promise<Examined | readonly Examined[]>[],
): Promise<Verdict> {
  const { workspace, compared } = await comparedWithBase(await openWorkspace(request));
  const checked = (await Promise.all(checks(workspace))).flat();
  const examined = [...unplanned(workspace), ...checked, ...(await compared())];
  return verdictOf(examined.map(({ check }) => check));
}
