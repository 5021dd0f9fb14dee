import { type Directory, dag } from "@dagger.io/dagger";
import type { Examined } from "./examine.ts";
import { renderPage } from "./page.ts";
import { writeSummary } from "./summary.ts";
import type { Verdict } from "./verdict.ts";

/** Gathers the reports of a run: the page, the summary, and a folder for each check that left something. */
export function reportsOf(verdict: Verdict, examined: readonly Examined[]): Directory {
  return examined
    .filter(({ check }) => check.reports.length > 0)
    .reduce(
      (all, { check, reports }) => all.withDirectory(check.name, reports),
      dag
        .directory()
        .withNewFile("index.html", renderPage(verdict))
        .withNewFile("summary.json", writeSummary(verdict)),
    );
}
