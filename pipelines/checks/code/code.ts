import type { Directory } from "@dagger.io/dagger";
import { subset } from "#pipelines/dagger/subset.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { PlannedLinter } from "#pipelines/plan/python/linters.ts";
import { versionsOf } from "#pipelines/plan/python-matrix.ts";
import { clauses } from "#pipelines/text/list.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { codeToolOf } from "#pipelines/tools/registry.ts";
import { runAsked } from "#pipelines/tools/run-asked.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { tooOldOr } from "#pipelines/tools/too-old.ts";
import type { AskedRun } from "#pipelines/tools/tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import { serviceSource } from "#pipelines/workspace/service-source.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** Checks a service's code and its types with the tools that are planned for it: one check for each tool. */
export function checkCode(workspace: Workspace, service: PlannedService): readonly Promise<CheckResult>[] {
  return [
    ...checks(workspace, service, "lint", "no linter is configured here"),
    ...versionsOf(onTypesPython(service)).flatMap((version) =>
      checks(workspace, version.service, "types", "no type checker is configured here", version.suffix),
    ),
  ];
}

/** The service with the Python of its type checkers. */
function onTypesPython(service: PlannedService): PlannedService {
  const python = service.askedPython?.forTypes;
  return python === undefined ? service : { ...service, python, pythons: [python] };
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
  const { path, nested } = service;
  const turn = planned.turn === undefined ? "" : `-${planned.turn}`;
  const id = { kind, service: service.name, subject: `${planned.tool}${turn}${suffix}` };
  const asked = planned.asked && withoutNested(planned.asked, nested);
  if (asked?.files.length === 0 && planned.asked?.files.length !== 0) {
    return Promise.resolve(skippedCheck(id, `${plain(asked.by)} has it check no file of the service`));
  }
  return runCheck({ ...id, gates: workspace.gates }, async () => {
    const picked = await serviceSource(workspace.source, service, "code");
    // Only these follow imports, and others have nothing to say of a file that a build writes.
    const followsImports = kind === "types" || planned.tool === "pylint";
    const own = followsImports ? withVersion(picked, service.versionFile) : picked;
    const run = {
      python: planned.version === undefined ? workspace.toolPython(service) : workspace.python(service),
      source: planned.reads === undefined ? own : subset(workspace.source, planned.reads, own),
      path,
      planned: { ...planned, ...(asked !== undefined && { asked }) },
      environment: () => workspace.environment(service),
    };
    const ran = await (asked === undefined || tool.runsAsked
      ? tool.run(run)
      : runAsked(tool, asked, run, service.python));
    const place = { root: "/src", folder: asked?.folder ?? tool.folder?.(path, planned) ?? path };
    const failed = (error: unknown) => Promise.reject(tooOldOr(error, tool, planned));
    const { reports, read } = await runTool(tool, ran, { place }).catch(failed);
    const caveat = caveatOf(planned);
    return {
      reports,
      read: async () => ({ findings: await read().catch(failed) }),
      ...(caveat !== undefined && { caveat }),
    };
  });
}

/** The run without the files of services below this one. */
function withoutNested(asked: AskedRun, nested: readonly string[]): AskedRun {
  const isOwn = (file: string) => !nested.some((folder) => isWithin(join(asked.folder, file), folder));
  return { ...asked, files: asked.files.filter(isOwn) };
}

/** The source with the file that a build writes, as setuptools-scm does. */
function withVersion(source: Directory, file: string | undefined): Directory {
  if (file === undefined) return source;
  const lines = ['__version__ = version = "0.0.0"', "__version_tuple__ = version_tuple = (0, 0, 0)"];
  return source.withNewFile(file, `${lines.join("\n")}\n`);
}

/** What a reader has to know of a tool's result. */
function caveatOf({ asked, settings, isUncalled, calledAgainBy }: PlannedLinter): string | undefined {
  return clauses(
    asked?.leavesOut ? `without the files that ${plain(asked.by)} leaves out` : undefined,
    calledAgainBy === undefined
      ? undefined
      : `${plain(calledAgainBy)} calls it again with other options, which do not run`,
    isUncalled && settings !== undefined
      ? `${plain(settings)} configures it, but no script or hook of the repository runs it`
      : undefined,
  );
}
