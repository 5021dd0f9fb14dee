import type { Container, Directory } from "@dagger.io/dagger";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { trivy } from "#pipelines/tools/trivy/tool.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

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
    const { reports, read } = await runTool(trivy, scan(database.folder), { place: { root } });
    return {
      reports,
      read: async () => ({ findings: await read() }),
      note: ({ findings }) =>
        `${findings.length} findings below the gate; database of ${dayAndHour(database.date)}`,
    };
  });
}

/** `2026-11-21 10:01`, in UTC: as exact as anybody reads it. */
function dayAndHour(date: string): string {
  return new Date(date).toISOString().slice(0, 16).replace("T", " ");
}
