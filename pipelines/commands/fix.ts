import { posix } from "node:path";
import type { Changeset, Directory } from "@dagger.io/dagger";
import { type PlannedService, unplannedServices } from "#pipelines/plan/plan.ts";
import type { Request } from "#pipelines/request.ts";
import type { LinterName } from "#pipelines/tools/registry.ts";
import { serviceSource } from "#pipelines/workspace/service-source.ts";
import { openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";

/** What can rewrite code, in the order in which each finds what it wants after the one before. */
const fixers: readonly LinterName[] = ["ruff", "isort", "black", "ruff-format"];

/**
 * Lets the formatters and fixers that are planned for each service rewrite its code.
 *
 * @returns the changes to the source that was handed over; none where there is nothing to fix.
 * @throws the errors of the configuration and of a service that cannot be planned; what a fixer ends with when it
 *   breaks down.
 */
export async function fix(request: Request): Promise<Changeset> {
  const workspace = await openWorkspace(request);
  const [unplanned] = unplannedServices(workspace.plan.faults);
  if (unplanned !== undefined) throw unplanned.error;
  let { source } = workspace;
  for (const service of workspace.services) source = await fixed(workspace, service, source);
  const whole = request.source.withDirectory(workspace.root, source);
  return whole.changes(request.source).sync();
}

async function fixed(workspace: Workspace, service: PlannedService, source: Directory): Promise<Directory> {
  const planned = service.lint || [];
  const tools = fixers.flatMap((name) =>
    planned
      .filter(({ tool }) => tool === name)
      .map(({ tool, version }) => (version === undefined ? tool : `${tool}==${version}`)),
  );
  if (tools.length === 0) return source;
  const code = await serviceSource(workspace.source, service, "code");
  const rewritten = workspace.python(service).fix(code, tools, service.path);
  const place = posix.join(service.path, "/");
  return source.withDirectory(place, rewritten.directory(place));
}
