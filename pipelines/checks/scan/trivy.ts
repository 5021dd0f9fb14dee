import type { Container, Directory } from "@dagger.io/dagger";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import { readTrivy } from "#pipelines/readers/trivy.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

const report = "trivy.json";

/**
 * Has Trivy look at something by the vulnerability database, and reads what it reports.
 *
 * @param id the check's.
 * @param root where what it looks at lies in its container.
 * @param scan runs Trivy with a database.
 */
export function runTrivy(
  workspace: Workspace,
  id: CheckId,
  root: string,
  scan: (database: Directory) => Container,
): Promise<CheckResult> {
  return runCheck({ ...id, gates: workspace.gates }, async () => {
    const database = await workspace.vulnerabilityDatabase();
    const ran = scan(database.folder);
    return {
      reports: ran.directory(reportsFolder),
      read: async () => ({ findings: readTrivy(await readReport(ran, report), report, { root }) }),
      note: ({ findings }) =>
        `${findings.length} findings below the gate; database of ${dayAndHour(database.date)}`,
    };
  });
}

/** `2026-11-21 10:01`, in UTC: as exact as anybody reads it. */
function dayAndHour(date: string): string {
  return new Date(date).toISOString().slice(0, 16).replace("T", " ");
}
