import { posix } from "node:path";
import type { Changeset, Directory } from "@dagger.io/dagger";
import { type PlannedService, unplannedServices } from "#pipelines/plan/plan.ts";
import type { Request } from "#pipelines/request.ts";
import type { LinterName } from "#pipelines/tools/registry.ts";
import { serviceSource } from "#pipelines/workspace/service-source.ts";
import { openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";

/** The tools that can rewrite code, in an order in which each accepts the result of the one before. */
const fixers: readonly LinterName[] = ["ruff", "isort", "black", "ruff-format"];

/**
 * Runs the formatters and fixers that are planned for each service over its code.
 *
 * @returns the changes to the passed source; empty if there is nothing to fix.
 * @throws the errors of the configuration and of a service that cannot be planned; the error of a fixer that
 * breaks.
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
