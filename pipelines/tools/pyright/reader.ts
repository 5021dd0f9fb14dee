import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, contradictory, jsonReport } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const report = z.object({
  generalDiagnostics: z.array(
    z.object({
      file: z.string().min(1),
      severity: z.enum(["error", "warning", "information"]),
      message: z.string(),
      rule: z.string().min(1).optional(),
      range: z.object({ start: z.object({ line: z.int().min(0) }) }).optional(),
    }),
  ),
  summary: z.object({ filesAnalyzed: z.int().min(0), errorCount: z.int().min(0) }),
});

/** The exit code, and where the tool ran. */
export interface PyrightReading {
  /** 0: nothing to fail by; 1: errors, or warnings. */
  readonly exitCode: number;
  readonly place: ToolRoot;
}

/**
 * Reads the JSON report of pyright, or of basedpyright. Errors are findings. Warnings are findings too if it failed by
 * them alone, as `--warnings` asks for. Information is none.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param tool which of the two it was.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when its count, its list and its exit code differ,
 *   or it checked no file.
 * @see https://microsoft.github.io/pyright/#/command-line?id=json-output
 */
export function readPyright(
  text: string,
  file: string,
  { exitCode, place }: PyrightReading,
  tool: "pyright" | "basedpyright" = "pyright",
): readonly Finding[] {
  const { generalDiagnostics, summary } = jsonReport(text, file, report);
  const errors = generalDiagnostics.filter(({ severity }) => severity === "error");
  if (errors.length !== summary.errorCount) {
    const fault = `it counts ${summary.errorCount} errors, but lists ${errors.length}`;
    throw contradictory(file, fault, `Run it again. If it fails again, pin another version of ${tool}.`);
  }
  if (summary.filesAnalyzed === 0) {
    throw contradictory(
      file,
      `${tool} checked no file`,
      `Correct \`include\` and \`exclude\` in its settings.`,
    );
  }
  const warnings = generalDiagnostics.filter(({ severity }) => severity === "warning");
  const found = errors.length === 0 && exitCode === 1 ? warnings : errors;
  agreeWithExit(found.length, exitCode, file);
  return found.map(({ file: reported, message, rule = "error", range }) => {
    const path = pathInSource(reported, place);
    return {
      tool,
      kind: "type",
      rule,
      severity: "HIGH",
      message: path === undefined ? `${message} (${reported})` : message,
      ...(path === undefined ? {} : { path }),
      ...(path === undefined || range === undefined ? {} : { line: range.start.line + 1 }),
    };
  });
}
