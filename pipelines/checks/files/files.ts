import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { subset } from "#pipelines/dagger/subset.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { PlannedFileLinter } from "#pipelines/plan/file-linters.ts";
import { countText } from "#pipelines/text/format.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { fileLinters } from "./tools.ts";

const kind = "files";

/** Checks the files of the repository that are no code of a service: a check a tool. */
export function checkFiles(workspace: Workspace): readonly Promise<CheckResult>[] {
  if (workspace.config.files === false) {
    return [Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"))];
  }
  const planned = workspace.plan.files;
  if (planned.length === 0) {
    return [Promise.resolve(skippedCheck({ kind }, "no script, Dockerfile or workflow to look at"))];
  }
  return planned.map((each) =>
    each.paths.length === 0
      ? Promise.resolve(skippedCheck({ kind, subject: each.tool }, "no file for it"))
      : workspace.run(() => check(workspace, each)),
  );
}

function check(workspace: Workspace, planned: PlannedFileLinter): Promise<CheckResult> {
  const { tool, paths, reads } = planned;
  const { report, run, ends, read, refuse } = fileLinters[tool];
  return runCheck({ kind, subject: tool, gates: workspace.gates }, async () => {
    const source = subset(workspace.source, reads);
    const ran = run({ files: workspace.tools.files, source, planned });
    const exitCode = await ran.exitCode();
    if (!ends.includes(exitCode)) throw toolFailed(tool, exitCode, await ran.stderr());
    return {
      reports: ran.directory(reportsFolder),
      read: async () => {
        const text = await readReport(ran, report);
        refuse?.(exitCode, text, await ran.stderr());
        return { findings: read({ text, file: report, exitCode, place: { root: "/src" }, planned }) };
      },
      note: (evidence) => noteOf(paths.length, evidence.findings.length),
    };
  });
}

function noteOf(files: number, findings: number): string {
  return findings === 0
    ? `nothing found in ${countText(files, "file")}`
    : `${countText(findings, "finding")} below the gate in ${countText(files, "file")}`;
}
