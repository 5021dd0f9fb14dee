import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { contradictory, jsonReport } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const range = z.object({ filename: z.string(), start: z.object({ line: z.int().min(0) }) });

const issue = z.object({
  rule: z.object({
    name: z.string().min(1),
    severity: z.enum(["error", "warning", "info"]),
    link: z.string().optional(),
  }),
  message: z.string(),
  range,
});

const error = z.object({
  summary: z.string().optional(),
  message: z.string(),
  severity: z.string(),
  range: range.nullish(),
});

const report = z.object({ issues: z.array(issue), errors: z.array(error) });

const severities = { error: "HIGH", warning: "MEDIUM", info: "LOW" } as const;

/** The content of tflint's report for a folder. */
export interface TflintReport {
  readonly findings: readonly Finding[];
  /** The errors that stopped tflint, in its own words; empty if none did. */
  readonly errors: readonly string[];
}

/**
 * Reads tflint's JSON report.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode the exit code of tflint: 0 without issues, 2 with some, 1 when it broke.
 * @param place where it ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when the exit code and the report disagree.
 * @see https://github.com/terraform-linters/tflint/blob/v0.64.0/formatter/json.go
 */
export function readTflint(text: string, file: string, exitCode: number, place: ToolRoot): TflintReport {
  const { issues, errors } = jsonReport(text, file, report);
  const expected = errors.length > 0 ? 1 : issues.length > 0 ? 2 : 0;
  if (exitCode !== expected) {
    throw contradictory(
      file,
      `it has ${issues.length} issues and ${errors.length} errors, but tflint ended with exit code ${exitCode}`,
      "Read the tool's output. Remove any setting in .tflint.hcl that changes its exit code, such as force.",
    );
  }
  return {
    findings: issues.map((each) => findingOf(each, place)),
    errors: errors.map(({ summary, message }) => (summary ? `${summary}: ${message}` : message)),
  };
}

function findingOf({ rule, message, range: where }: z.infer<typeof issue>, place: ToolRoot): Finding {
  const path = where.filename === "" ? undefined : pathInSource(where.filename, place);
  return {
    tool: "tflint",
    kind: "lint",
    rule: rule.name,
    severity: severities[rule.severity],
    message: path === undefined && where.filename !== "" ? `${message} (${where.filename})` : message,
    ...(path === undefined ? {} : { path }),
    ...(path === undefined || where.start.line < 1 ? {} : { line: where.start.line }),
  };
}
