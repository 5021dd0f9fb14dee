import { subset } from "#pipelines/dagger/subset.ts";
import type { PlannedFileLinter } from "#pipelines/plan/file-linters.ts";
import { countText } from "#pipelines/text/format.ts";
import { fileToolOf } from "#pipelines/tools/registry.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

const kind = "files";

/** Checks the files of the repository that are not code of a service: one check for each tool. */
export function checkFiles(workspace: Workspace): readonly Promise<CheckResult>[] {
  if (workspace.config.files === false) {
    return [Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"))];
  }
  const planned = workspace.plan.files;
  if (planned.length === 0) {
    return [Promise.resolve(skippedCheck({ kind }, "no script, Dockerfile or workflow to check"))];
  }
  return planned.map((each) =>
    each.paths.length === 0
      ? Promise.resolve(skippedCheck({ kind, subject: each.tool }, "no file for this tool"))
      : workspace.run(() => check(workspace, each)),
  );
}

function check(workspace: Workspace, planned: PlannedFileLinter): Promise<CheckResult> {
  const { paths, reads } = planned;
  const tool = fileToolOf(planned.tool);
  return runCheck({ kind, subject: tool.name, gates: workspace.gates }, async () => {
    const source = subset(workspace.judged, reads);
    const ran = tool.run({ files: workspace.tools.files, source, planned });
    const { reports, read } = await runTool(tool, ran, { place: { root: "/src" }, planned });
    return {
      reports,
      read: async () => ({ findings: await read() }),
      note: (evidence) => noteOf(paths.length, evidence.findings.length),
    };
  });
}

function noteOf(files: number, findings: number): string {
  return findings === 0
    ? `nothing found in ${countText(files, "file")}`
    : `${countText(findings, "finding")} below the gate in ${countText(files, "file")}`;
}
