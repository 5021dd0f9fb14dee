import { comparedWithBase } from "./baseline-ref.ts";
import type { Examined } from "./examine.ts";
import { files } from "./files.ts";
import { infrastructure } from "./infrastructure.ts";
import { leaks } from "./leaks.ts";
import { links } from "./links.ts";
import { lint } from "./lint.ts";
import { manifests } from "./manifests.ts";
import { patterns } from "./patterns.ts";
import type { Request } from "./request.ts";
import { scan } from "./scan.ts";
import { test } from "./test.ts";
import { unplanned } from "./unplanned.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

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
