import type { Container, Directory } from "@dagger.io/dagger";
import type { Accepted } from "#pipelines/checks/secrets/accepted.ts";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { filterCaveat } from "#pipelines/policy/files.ts";
import { countText } from "#pipelines/text/format.ts";
import { clauses } from "#pipelines/text/list.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { trivy } from "#pipelines/tools/trivy/tool.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

type Accept = (findings: readonly Finding[]) => Promise<Accepted>;

/**
 * Runs Trivy with the vulnerability database and reads its report.
 *
 * @param id the id of the check.
 * @param root the folder of the scanned files in Trivy's container.
 * @param scan runs Trivy with a database.
 * @param source the folder whose own settings apply.
 * @param accept takes away what is accepted elsewhere, and says so; default: nothing.
 */
export function runTrivy(
  workspace: Workspace,
  id: CheckId,
  root: string,
  scan: (database: Directory) => Promise<Container>,
  source: Directory,
  accept: Accept = async (findings) => ({ findings }),
): Promise<CheckResult> {
  return runCheck({ ...id, gates: workspace.gates }, async () => {
    const database = await workspace.vulnerabilityDatabase();
    const { reports, read } = await runTool(trivy, await scan(database.folder), { place: { root } });
    const filters = await filterCaveat(source, trivy.policyFiles);
    let accepted: string | undefined;
    return {
      reports,
      read: async () => {
        const { findings, caveat } = await accept(await read());
        accepted = caveat;
        return { findings };
      },
      note: ({ findings }) =>
        `${countText(findings.length, "finding")} below the gate; database of ${dayAndHour(database.date)}`,
      caveat: () => clauses(filters, accepted),
    };
  });
}

/** Formats a date as `2026-11-21 10:01`, in UTC. */
function dayAndHour(date: string): string {
  return new Date(date).toISOString().slice(0, 16).replace("T", " ");
}
