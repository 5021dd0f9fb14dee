import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, contradictory, jsonReport } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const diagnostic = z.object({
  severity: z.enum(["error", "warning"]),
  summary: z.string().min(1),
  detail: z.string().optional(),
  range: z.object({ filename: z.string(), start: z.object({ line: z.int().min(0) }) }).nullish(),
});

const report = z.object({
  format_version: z.string().regex(/^1\./),
  valid: z.boolean(),
  error_count: z.int().min(0),
  warning_count: z.int().min(0),
  diagnostics: z.array(diagnostic),
});

/**
 * Messages that appear if `tofu init` could not fetch a part of the configuration. They are not faults by
 * themselves.
 */
const uninitialised = new Set([
  "Missing required provider",
  "Module not installed",
  "Module source has changed",
  "Module version requirements have changed",
  "Inconsistent dependency lock file",
]);

/** The faults of a configuration. */
export interface TofuValidateReport {
  readonly findings: readonly Finding[];
  /** Whether a part could not be checked because a provider or module is missing. */
  readonly isPartial: boolean;
}

/**
 * Reads the report of `tofu validate -json`: errors block, warnings do not.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode the exit code of OpenTofu: 0 or 1.
 * @param place where it ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for another version of the format; REPORT_CONTRADICTORY when its
 *   counts or the exit code do not match.
 * @see https://opentofu.org/docs/cli/commands/validate/#json-output-format
 */
export function readTofuValidate(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): TofuValidateReport {
  const { valid, error_count, warning_count, diagnostics } = jsonReport(text, file, report);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (
    errors.length !== error_count ||
    diagnostics.length - errors.length !== warning_count ||
    valid !== (error_count === 0)
  ) {
    throw contradictory(
      file,
      `it counts ${error_count} errors and ${warning_count} warnings, but lists ${errors.length} and ${diagnostics.length - errors.length}`,
      "Read the tool's output. If the tool's version is not the pinned one, return to the pinned one.",
    );
  }
  agreeWithExit(errors.length, exitCode, file);
  return {
    findings: diagnostics
      .filter(({ summary }) => !uninitialised.has(summary))
      .map((each) => findingOf(each, place)),
    isPartial: errors.some(({ summary }) => uninitialised.has(summary)),
  };
}

function findingOf(
  { severity, summary, detail, range }: z.infer<typeof diagnostic>,
  place: ToolRoot,
): Finding {
  const path = range ? pathInSource(range.filename, place) : undefined;
  const text = detail === undefined || detail === "" ? summary : `${summary}: ${detail}`;
  const line = range?.start.line ?? 0;
  return {
    tool: "tofu",
    kind: severity === "error" ? "lint" : "note",
    rule: summary,
    severity: severity === "error" ? "HIGH" : "LOW",
    message: range && path === undefined ? `${text} (${range.filename})` : text,
    ...(path === undefined ? {} : { path }),
    ...(path === undefined || line < 1 ? {} : { line }),
  };
}
