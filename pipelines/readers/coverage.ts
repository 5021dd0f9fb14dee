import { z } from "zod";
import type { Coverage } from "../check.ts";
import { type Place, pathInSource } from "./place.ts";
import { contradictory, jsonReport } from "./report.ts";

const lines = z.int().min(0);
const figures = z.object({
  covered_lines: lines,
  num_statements: lines,
  missing_lines: lines,
  percent_covered: z.number().min(0).max(100),
});
const report = z.object({
  meta: z.object({ version: z.string(), branch_coverage: z.boolean() }),
  files: z.record(z.string(), z.object({ summary: figures })),
  totals: figures,
});

type Figures = z.infer<typeof figures>;

/**
 * Reads the line coverage from coverage.py's JSON report (`coverage json`, `pytest --cov-report=json`).
 * The percentage is reckoned from the lines, since coverage.py's own also counts branches when it measures them.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param place where coverage ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED for a figure that is missing, no number (NaN, a string), or out of
 * its range; REPORT_CONTRADICTORY when the figures do not add up, or no line was measured.
 * @see https://coverage.readthedocs.io/en/latest/commands/cmd_json.html
 */
export function readCoverage(text: string, file: string, place: Place): Coverage {
  const { totals, files, meta } = jsonReport(text, file, report);
  const summaries = Object.entries(files).map(([path, { summary }]) => ({ path, ...summary }));
  for (const summary of summaries) addUp(summary, summary.path, meta.branch_coverage, file);
  addUp(totals, "totals", meta.branch_coverage, file);
  for (const key of ["covered_lines", "num_statements"] as const) {
    const sum = summaries.reduce((before, summary) => before + summary[key], 0);
    if (sum !== totals[key]) {
      throw contradictory(file, `totals.${key} is ${totals[key]}, the files' sum is ${sum}`, again);
    }
  }
  if (totals.num_statements === 0) {
    throw contradictory(
      file,
      "coverage measured no line",
      "Name the folder of the service's code in coverage's `source`, and see that the tests import it from there.",
    );
  }
  return {
    percent: percentOf(totals),
    coveredLines: totals.covered_lines,
    totalLines: totals.num_statements,
    files: summaries
      .filter((summary) => summary.num_statements > 0)
      .map((summary) => ({
        path: pathInSource(summary.path, place) ?? summary.path,
        percent: percentOf(summary),
      })),
  };
}

const again = "Have coverage.py write the report itself, in one run, and let nothing edit it.";

function percentOf({ covered_lines, num_statements }: Figures): number {
  return (100 * covered_lines) / num_statements;
}

function addUp(figures: Figures, at: string, branches: boolean, file: string): void {
  if (figures.covered_lines + figures.missing_lines !== figures.num_statements) {
    throw contradictory(file, `${at}: covered and missing lines are not the number of statements`, again);
  }
  if (branches || figures.num_statements === 0) return;
  if (Math.abs(percentOf(figures) - figures.percent_covered) > 0.01) {
    throw contradictory(file, `${at}: percent_covered is not covered lines by statements`, again);
  }
}
