import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { advisoryOf } from "#pipelines/readers/advisory.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import { locate, pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const level = z.enum(["HIGH", "MEDIUM", "LOW", "UNDEFINED"]);

const report = z.object({
  errors: z.array(z.object({ filename: z.string(), reason: z.string() })),
  results: z.array(
    z.object({
      filename: z.string().min(1),
      line_number: z.int().min(0),
      test_id: z.string().regex(/^[A-Z]\d{1,4}$/),
      issue_severity: level,
      issue_text: z.string(),
      more_info: z.string().optional(),
    }),
  ),
});

/** The rules whose text quotes the found password. */
const quoting = new Set(["B105", "B106", "B107"]);

/**
 * Reads bandit's JSON report. Passwords that some of its texts quote are left out. A file that bandit could not check,
 * such as a template that is no Python, is a finding: nobody knows what is in it.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED.
 * @see https://bandit.readthedocs.io/en/latest/formatters/json.html
 */
export function readBandit(text: string, file: string, place: ToolRoot): readonly Finding[] {
  const { errors, results } = jsonReport(text, file, report);
  const unread = errors.map(({ filename, reason }): Finding => {
    const message = `bandit could not check this file: ${reason}`;
    const rule = "not-checked";
    return {
      tool: "bandit",
      kind: "weakness",
      rule,
      severity: "HIGH",
      ...locate(message, filename, 0, place),
    };
  });
  const found = results.map((result): Finding => {
    const path = pathInSource(result.filename, place);
    const message = quoting.has(result.test_id) ? result.issue_text.split(":", 1)[0] : result.issue_text;
    return {
      tool: "bandit",
      kind: "weakness",
      rule: result.test_id,
      severity: result.issue_severity === "UNDEFINED" ? "UNKNOWN" : result.issue_severity,
      message: path === undefined ? `${message} (${result.filename})` : `${message}`,
      ...(path === undefined ? {} : { path }),
      ...(path === undefined || result.line_number < 1 ? {} : { line: result.line_number }),
      ...advisoryOf(result.more_info),
    };
  });
  return [...unread, ...found];
}
