import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, malformed } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

/**
 * Reads yamllint's findings, printed with `--format=parsable`. Errors are findings; warnings are notes, as for its
 * exit code.
 *
 * @param text yamllint's standard output.
 * @param file its path, for messages.
 * @param exitCode 0 no error, 1 errors.
 * @throws REPORT_MALFORMED with the line; REPORT_CONTRADICTORY when the exit code and the report say opposite things.
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

/** The path is taken as short as can be: a message may quote what a file holds, which may look like a row. */
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
