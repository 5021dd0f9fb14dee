import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { pick } from "#pipelines/dagger/subset.ts";
import { brokeDown } from "#pipelines/errors/explain.ts";
import type { PlannedFileLinter } from "#pipelines/plan/file-linters.ts";
import { countText } from "#pipelines/text/format.ts";
import { type Examined, examine, skipped } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { fileLinters } from "./tools.ts";

/** Checks the files of the repository that are no code of a service: a check a tool. */
export function files(workspace: Workspace): readonly Promise<Examined>[] {
  if (workspace.config.files === false) {
    return [Promise.resolve(skipped("files", "switched off in slipway.yaml"))];
  }
  const planned = workspace.plan.files;
  if (planned.length === 0) {
    return [Promise.resolve(skipped("files", "no script, Dockerfile or workflow to look at"))];
  }
  return planned.map((each) =>
    each.paths.length === 0
      ? Promise.resolve(skipped(`files/${each.tool}`, "no file for it"))
      : workspace.run(() => check(workspace, each)),
  );
}

function check(workspace: Workspace, planned: PlannedFileLinter): Promise<Examined> {
  const { tool, paths, reads } = planned;
  const { report, run, ends, read, refuse } = fileLinters[tool];
  return examine({ name: `files/${tool}`, gates: workspace.gates }, async () => {
    const source = pick(workspace.source, reads);
    const ran = run({ files: workspace.files, source, planned });
    const exitCode = await ran.exitCode();
    if (!ends.includes(exitCode)) throw brokeDown(tool, exitCode, await ran.stderr());
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
