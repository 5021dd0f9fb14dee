import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { PlannedLinter } from "#pipelines/plan/python/linters.ts";
import { versionsOf } from "#pipelines/plan/python-matrix.ts";
import { codeToolOf } from "#pipelines/tools/registry.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { serviceSource } from "#pipelines/workspace/service-source.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** Checks a service's code and its types with the tools that are planned for it: one check for each tool. */
export function checkCode(workspace: Workspace, service: PlannedService): readonly Promise<CheckResult>[] {
  return [
    ...checks(workspace, service, "lint", "no linter is configured here"),
    ...versionsOf(service).flatMap((version) =>
      checks(workspace, version.service, "types", "no type checker is configured here", version.suffix),
    ),
  ];
}

function checks(
  workspace: Workspace,
  service: PlannedService,
  part: "lint" | "types",
  none: string,
  suffix = "",
): readonly Promise<CheckResult>[] {
  const planned = service[part];
  const id = { kind: part, service: service.name } as const;
  // A part that does not run at all is reported once, not for each version of Python.
  if (suffix !== "" && service.python !== service.pythons[0] && !(planned && planned.length > 0)) return [];
  if (planned === false) return [Promise.resolve(skippedCheck(id, "switched off in slipway.yaml"))];
  if (planned.length === 0) return [Promise.resolve(skippedCheck(id, none))];
  return planned.map((linter) => workspace.run(() => check(workspace, service, part, linter, suffix)));
}

function check(
  workspace: Workspace,
  service: PlannedService,
  kind: "lint" | "types",
  planned: PlannedLinter,
  suffix: string,
): Promise<CheckResult> {
  const tool = codeToolOf(planned.tool);
  const { path } = service;
  const id = { kind, service: service.name, subject: `${planned.tool}${suffix}` };
  return runCheck({ ...id, gates: workspace.gates }, async () => {
    const ran = await tool.run({
      python: workspace.python(service),
      source: await serviceSource(workspace.source, service, "code"),
      path,
      planned,
      environment: () => workspace.environment(service),
    });
    const place = { root: "/src", folder: tool.folder?.(path, planned) ?? path };
    const { reports, read } = await runTool({ ...tool, ...tool.older?.(planned.version) }, ran, { place });
    return { reports, read: async () => ({ findings: await read() }) };
  });
}
