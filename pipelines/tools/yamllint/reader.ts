import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, malformed } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

/**
 * Reads yamllint's findings, printed with `--format=parsable`. Errors are findings. Warnings are notes, and do not
 * affect its exit code either.
 *
 * @param text yamllint's standard output.
 * @param file its path, for messages.
 * @param exitCode 0: no error; 1: errors.
 * @throws REPORT_MALFORMED with the line; REPORT_CONTRADICTORY when the exit code and the report disagree.
 * @see https://yamllint.readthedocs.io/en/stable/quickstart.html#running-yamllint
 */
export function readYamllint(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  const findings = text
    .split("\n")
    .flatMap((row, index) => (row === "" ? [] : [findingOf(row, `line ${index + 1}`, file, place)]));
  agreeWithExit(findings.filter(({ kind }) => kind === "lint").length, exitCode, file);
  return findings;
}

/** The path is matched as short as possible, because a message may quote file content that looks like a row. */
const rowForm = /^(.+?):(\d{1,9}):\d{1,9}: \[(error|warning)\] (.*?)(?: \(([a-z][a-z-]*)\))?$/;

function findingOf(row: string, at: string, file: string, place: ToolRoot): Finding {
  const [, reported, line, level, message, rule = "syntax"] = rowForm.exec(row) ?? [];
  if (reported === undefined || message === undefined) {
    throw malformed(file, `${at}: not path, line, column, level and text`);
  }
  return {
    tool: "yamllint",
    kind: level === "error" ? "lint" : "note",
    rule,
    severity: level === "error" ? "HIGH" : "LOW",
    ...locate(message, reported, Number(line), place),
  };
}
