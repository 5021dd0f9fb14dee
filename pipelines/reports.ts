import { type Directory, dag } from "@dagger.io/dagger";
import type { Examined } from "./examine.ts";
import { writeFindings } from "./findings-file.ts";
import { renderPage } from "./page.ts";
import type { Results } from "./results.ts";
import { writeSummary } from "./summary.ts";
import { writeMarkdown } from "./summary-markdown.ts";
import { withText } from "./text-file.ts";
import { renderVerdict } from "./verdict.ts";

/** Gathers the reports of a run: page, summary, findings, and a folder for each check that left something. */
export async function reportsOf(results: Results, examined: readonly Examined[]): Promise<Directory> {
  const { verdict, findings, sarif, root } = results;
  const texts = {
    "index.html": renderPage(results),
    "summary.json": writeSummary(verdict, results.shard),
    "summary.md": writeMarkdown(results),
    "findings.json": writeFindings(findings, root),
    "findings.sarif": sarif,
    "verdict.txt": renderVerdict(verdict),
  };
  let reports = dag.directory();
  for (const [name, text] of Object.entries(texts)) reports = await withText(reports, name, text);
  return examined
    .filter(({ check }) => check.reports.length > 0)
    .reduce((all, { check, reports: own }) => all.withDirectory(check.name, own), reports);
}
