import { type Directory, dag } from "@dagger.io/dagger";
import { withText } from "#pipelines/dagger/text-file.ts";
import { renderPage } from "#pipelines/reports/page/page.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { renderVerdict } from "./console.ts";
import { writeFindings } from "./findings-json.ts";
import type { Results } from "./results.ts";
import { writeSummary } from "./summary-json.ts";
import { writeMarkdown } from "./summary-markdown.ts";

/** Collects the reports of a run: page, summary, findings, and a folder for each check with reports. */
export async function reportsOf(results: Results, examined: readonly CheckResult[]): Promise<Directory> {
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
