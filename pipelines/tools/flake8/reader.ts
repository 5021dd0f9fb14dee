import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, malformed } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

/**
 * Reads flake8's findings, printed with `--format=%(code)s\t%(row)d\t%(col)d\t%(path)s\t%(text)s`.
 *
 * @param text flake8's standard output.
 * @param file its path, for messages.
 * @param exitCode 0: nothing found; 1: findings.
 * @throws REPORT_MALFORMED with the line; REPORT_CONTRADICTORY when the exit code and the report disagree, as they
 *   do when flake8 breaks on its configuration.
 * @see https://flake8.pycqa.org/en/latest/internal/formatters.html
 */
export function readFlake8(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  const findings = text
    .split(/\r?\n/)
    .flatMap((row, index) => (row === "" ? [] : [findingOf(row, `line ${index + 1}`, file, place)]));
  agreeWithExit(findings.length, exitCode, file);
  return findings;
}

function findingOf(row: string, at: string, file: string, place: ToolRoot): Finding {
  const [, rule, number, reported, message] =
    /^([A-Z]{1,3}\d{1,4})\t(\d{1,9})\t\d{1,9}\t([^\t]+)\t(.*)$/.exec(row) ?? [];
  if (rule === undefined || reported === undefined || message === undefined) {
    throw malformed(file, `${at}: not code, line, column, path and text`);
  }
  const path = pathInSource(reported, place);
  const line = Number(number);
  return {
    tool: "flake8",
    kind: "lint",
    rule,
    severity: "MEDIUM",
    message: path === undefined ? `${message} (${reported})` : message,
    ...(path === undefined ? {} : { path }),
    ...(path === undefined || line < 1 ? {} : { line }),
  };
}
