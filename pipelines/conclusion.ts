import type { Directory } from "@dagger.io/dagger";
import type { Examined } from "./examine.ts";
import { mergeFindings } from "./merged-finding.ts";
import type { Remarks } from "./remarks.ts";
import { reportsOf } from "./reports.ts";
import { writeSarif } from "./sarif.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import { waiverNotes } from "./waiver-notes.ts";
import type { Workspace } from "./workspace.ts";

/** What all checks of a run come to. */
export interface Conclusion {
  readonly verdict: Verdict;
  readonly reports: Directory;
}

/** Sums a whole run up: the verdict, with the notes that only all findings together give, and the reports. */
export async function conclude(
  workspace: Workspace,
  remarks: Promise<Remarks>,
  examined: readonly Examined[],
): Promise<Conclusion> {
  const { gates, only, untouched, plan, previous } = workspace;
  const checks = examined.map(({ check }) => check);
  const findings = mergeFindings(checks);
  const sarif = writeSarif(findings);
  const unused =
    only === undefined && untouched.length === 0
      ? waiverNotes(gates.exceptions?.waivers ?? [], await remarks, checks)
      : [];
  const verdict = verdictOf(checks, [
    ...unused,
    ...(only === undefined ? previous.notes : []),
    ...sarif.notes,
  ]);
  return {
    verdict,
    reports: await reportsOf({ verdict, findings, sarif: sarif.text, services: plan.services }, examined),
  };
}
