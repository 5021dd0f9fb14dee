import type { Container, Directory } from "@dagger.io/dagger";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import { filterCaveat } from "#pipelines/policy/files.ts";
import { countText } from "#pipelines/text/format.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { trivy } from "#pipelines/tools/trivy/tool.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/**
 * Runs Trivy with the vulnerability database and reads its report.
 *
 * @param id the id of the check.
 * @param root the folder of the scanned files in Trivy's container.
 * @param scan runs Trivy with a database.
 * @param source the folder whose own settings apply; default: none.
 */
export function runTrivy(
  workspace: Workspace,
  id: CheckId,
  root: string,
  scan: (database: Directory) => Container,
  source?: Directory,
): Promise<CheckResult> {
  return runCheck({ ...id, gates: workspace.gates }, async () => {
    const database = await workspace.vulnerabilityDatabase();
    const { reports, read } = await runTool(trivy, scan(database.folder), { place: { root } });
    return {
      reports,
      read: async () => ({ findings: await read() }),
      note: ({ findings }) =>
        `${countText(findings.length, "finding")} below the gate; database of ${dayAndHour(database.date)}`,
      caveat: source && (await filterCaveat(source, trivy.policyFiles)),
    };
  });
}

/** Formats a date as `2026-11-21 10:01`, in UTC. */
function dayAndHour(date: string): string {
  return new Date(date).toISOString().slice(0, 16).replace("T", " ");
}
