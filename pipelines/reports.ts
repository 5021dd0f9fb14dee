import { type Directory, dag } from "@dagger.io/dagger";
import type { Examined } from "./examine.ts";
import { writeFindings } from "./findings-file.ts";
import type { MergedFinding } from "./merged-finding.ts";
import { renderPage } from "./page.ts";
import type { PlannedService } from "./plan.ts";
import { writeSummary } from "./summary.ts";
import { withText } from "./text-file.ts";
import type { Verdict } from "./verdict.ts";

/** What the reports of a run tell of. */
export interface Results {
  readonly verdict: Verdict;
  /** Each problem once. */
  readonly findings: readonly MergedFinding[];
  readonly sarif: string;
  readonly services: readonly Pick<PlannedService, "name" | "path">[];
}

/** Gathers the reports of a run: page, summary, findings, and a folder for each check that left something. */
export async function reportsOf(results: Results, examined: readonly Examined[]): Promise<Directory> {
  const { verdict, findings, sarif } = results;
  const texts = {
    "index.html": renderPage(verdict),
    "summary.json": writeSummary(verdict),
    "findings.json": writeFindings(findings),
    "findings.sarif": sarif,
  };
  let reports = dag.directory();
  for (const [name, text] of Object.entries(texts)) reports = await withText(reports, name, text);
  return examined
    .filter(({ check }) => check.reports.length > 0)
    .reduce((all, { check, reports: own }) => all.withDirectory(check.name, own), reports);
}
