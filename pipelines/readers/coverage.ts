import { z } from "zod";
import type { Branches, Coverage } from "#pipelines/findings/evidence.ts";
import { contradictory, jsonReport } from "./report.ts";
import { pathInSource, type ToolRoot } from "./tool-root.ts";

const lines = z.int().min(0);
const figures = z.object({
  covered_lines: lines,
  num_statements: lines,
  missing_lines: lines,
  percent_covered: z.number().min(0).max(100),
  num_branches: lines.optional(),
  covered_branches: lines.optional(),
  missing_branches: lines.optional(),
});
const report = z.object({
  meta: z.object({ version: z.string(), branch_coverage: z.boolean() }),
  files: z.record(z.string(), z.object({ summary: figures })),
  totals: figures,
});

type Figures = z.infer<typeof figures>;

/**
 * Reads line coverage, and branch coverage if it was measured, from coverage.py's JSON report (`coverage json`,
 * `pytest --cov-report=json`).
 *
 * The percentage is computed from the lines, because coverage.py's own percentage also counts measured branches.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param place where coverage ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED for a figure that is missing, not a number (NaN, a string), or out of its
 *   range.
 *   REPORT_CONTRADICTORY when the figures do not add up, or no line was measured.
 * @see https://coverage.readthedocs.io/en/latest/commands/cmd_json.html
 */
export function readCoverage(text: string, file: string, place: ToolRoot): Coverage {
  const { totals, files, meta } = jsonReport(text, file, report);
  const summaries = Object.entries(files).map(([path, { summary }]) => ({ path, ...summary }));
  for (const summary of summaries) addUp(summary, summary.path, meta.branch_coverage, file);
  addUp(totals, "totals", meta.branch_coverage, file);
  for (const key of ["covered_lines", "num_statements", "covered_branches", "num_branches"] as const) {
    const sum = summaries.reduce((before, summary) => before + (summary[key] ?? 0), 0);
    if (sum !== (totals[key] ?? 0)) {
      throw contradictory(
        file,
        `totals.${key} is ${totals[key]}, but the sum over the files is ${sum}`,
        again,
      );
    }
  }
  const branches = meta.branch_coverage ? branchesOf(totals) : undefined;
  if (totals.num_statements === 0) {
    throw contradictory(
      file,
      "coverage.py measured no line",
      "Set `source` in coverage.py's settings to the folder of the service's code. The tests must import it from there.",
    );
  }
  return {
    percent: percentOf(totals),
    coveredLines: totals.covered_lines,
    totalLines: totals.num_statements,
    ...(branches !== undefined && { branches }),
    files: summaries
      .filter((summary) => summary.num_statements > 0)
      .map((summary) => ({
        path: pathInSource(summary.path, place) ?? summary.path,
        percent: percentOf(summary),
      })),
  };
}

const again = "Remove what changes the report: coverage.py must write it in one run.";

function percentOf({ covered_lines, num_statements }: Figures): number {
  return (100 * covered_lines) / num_statements;
}

/**
 * The branch coverage; undefined for coverage.py before 5.3, which does not report the number of covered branches.
 */
function branchesOf({ covered_branches: covered, num_branches: total }: Figures): Branches | undefined {
  if (covered === undefined || total === undefined) return undefined;
  return { percent: total === 0 ? 100 : (100 * covered) / total, covered, total };
}

function addUp(figures: Figures, at: string, branches: boolean, file: string): void {
  if (figures.covered_lines + figures.missing_lines !== figures.num_statements) {
    throw contradictory(file, `${at}: covered_lines + missing_lines is not num_statements`, again);
  }
  if (branches) branchesAddUp(figures, at, file);
  if (branches || figures.num_statements === 0) return;
  if (Math.abs(percentOf(figures) - figures.percent_covered) > 0.01) {
    throw contradictory(file, `${at}: percent_covered is not covered_lines / num_statements`, again);
  }
}

function branchesAddUp(figures: Figures, at: string, file: string): void {
  const { num_branches: total, covered_branches: covered, missing_branches: missing } = figures;
  if (total === undefined || covered === undefined) return;
  if (covered > total || covered + (missing ?? total - covered) !== total) {
    throw contradictory(file, `${at}: covered_branches + missing_branches is not num_branches`, again);
  }
  const all = figures.num_statements + total;
  const percent = all === 0 ? 100 : (100 * (figures.covered_lines + covered)) / all;
  if (Math.abs(percent - figures.percent_covered) > 0.01) {
    throw contradictory(file, `${at}: percent_covered does not match the covered lines and branches`, again);
  }
}
