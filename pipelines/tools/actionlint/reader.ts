import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, jsonReport } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

/** `snippet` is left out on purpose: it quotes the workflow. */
const report = z.array(
  z.object({
    message: z.string().min(1),
    filepath: z.string().min(1),
    line: z.int().min(0),
    kind: z.string().regex(/^[a-z][a-z0-9-]*$/),
  }),
);

/** The form in which actionlint reports ShellCheck's information and matters of style. */
const minor = /^shellcheck reported issue in this script: SC\d+:(?:info|style):/;

/**
 * Reads actionlint's report, made with `-format='{{json .}}'`. Everything is a finding, except for results of
 * ShellCheck below the level of a warning: those are notes.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode 0: nothing found; 1: something found.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when the exit code and the report disagree.
 * @see https://github.com/rhysd/actionlint/blob/v1.7.12/docs/usage.md#format-error-messages
 */
export function readActionlint(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  const errors = jsonReport(text, file, report);
  agreeWithExit(errors.length, exitCode, file);
  return errors.map(({ message, filepath, line, kind }) => {
    const isMinor = kind === "shellcheck" && minor.test(message);
    return {
      tool: "actionlint",
      kind: isMinor ? "note" : "lint",
      rule: kind,
      severity: isMinor ? "LOW" : "HIGH",
      ...locate(message, filepath, line, place),
    };
  });
}
