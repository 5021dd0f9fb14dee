import { z } from "zod";
import { type Finding, severities } from "#pipelines/findings/finding.ts";
import { contradictory, jsonReport, malformed } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const count = z.int().min(0);

const summary = z.object({
  passed: count,
  failed: count,
  skipped: count,
  parsing_errors: count,
  resource_count: count,
  checkov_version: z.string(),
});

const failure = z.object({
  check_id: z.string().regex(/^[A-Z][A-Z0-9_]{2,63}$/),
  check_name: z.string().nullish(),
  file_abs_path: z.string(),
  file_line_range: z.array(z.int()).max(2).nullish(),
  resource: z.string(),
  severity: z.string().nullish(),
  guideline: z.string().nullish(),
});

const run = z.object({
  check_type: z.string(),
  results: z.object({ failed_checks: z.array(failure) }),
  summary,
});

/** The report is only a summary if there was no file to check, and a list if there were files of several kinds. */
const report = z.union([run, z.array(run).min(1), summary]);

/** The content of Checkov's report. */
export interface CheckovReport {
  readonly findings: readonly Finding[];
  /** The number of checked resources. */
  readonly resources: number;
}

/**
 * Reads Checkov's JSON report. Its rules have a severity only for customers of its vendor; a rule without one
 * counts as HIGH. The repository's settings can ask for exit code 0 (soft-fail): a failed rule is then a warning.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode the exit code of Checkov: 0 or 1.
 * @param place where it ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also when Checkov could not parse a file; REPORT_CONTRADICTORY when its
 *   count or the exit code does not match.
 * @see https://www.checkov.io/8.Outputs/JSON.html
 */
export function readCheckov(text: string, file: string, exitCode: number, place: ToolRoot): CheckovReport {
  const read = jsonReport(text, file, report);
  const runs = Array.isArray(read) ? read : "summary" in read ? [read] : [];
  const summaries =
    runs.length === 0 && !Array.isArray(read) && "passed" in read ? [read] : runs.map((each) => each.summary);
  const failures = runs.flatMap((each) => each.results.failed_checks);
  const total = (key: "failed" | "parsing_errors" | "resource_count") =>
    summaries.reduce((sum, each) => sum + each[key], 0);
  if (total("parsing_errors") > 0) {
    throw malformed(file, `Checkov could not parse ${total("parsing_errors")} file(s) and ignores them`);
  }
  if (total("failed") !== failures.length || (failures.length === 0 && exitCode !== 0)) {
    throw contradictory(
      file,
      `it counts ${total("failed")} failed checks and lists ${failures.length}, with exit code ${exitCode}`,
      "Read the tool's output. If the tool's version is not the pinned one, return to the pinned one.",
    );
  }
  return {
    findings: failures.map((each) => findingOf(each, exitCode === 0, place)),
    resources: total("resource_count"),
  };
}

function findingOf(each: z.infer<typeof failure>, isSoft: boolean, place: ToolRoot): Finding {
  const path = pathInSource(each.file_abs_path, place);
  const message = `${each.resource}: ${each.check_name ?? each.check_id}`;
  const line = each.file_line_range?.[0] ?? 0;
  const severity = severities.find((known) => known === each.severity) ?? "HIGH";
  return {
    tool: "checkov",
    kind: isSoft ? "note" : "misconfiguration",
    rule: each.check_id,
    severity,
    message: path === undefined ? `${message} (${each.file_abs_path})` : message,
    ...(path === undefined ? {} : { path }),
    ...(path === undefined || line < 1 ? {} : { line }),
    ...(each.guideline ? { fix: each.guideline } : {}),
  };
}
