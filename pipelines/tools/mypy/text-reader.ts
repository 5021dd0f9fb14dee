import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, malformed, reportText } from "#pipelines/readers/report.ts";
import { locate } from "#pipelines/readers/tool-root.ts";
import type { MypyReading } from "./reader.ts";

/** A path, a line, perhaps columns, the level, the message, and its code. The path is matched as short as possible. */
const rowForm =
  /^(.+?)(?::(\d{1,9})(?::\d{1,9}){0,3})?: (error|warning|note): (.*?)(?: {2}\[([a-z0-9-]+)\])?$/;

/**
 * Reads the text output of mypy before 1.11, a line for each error. Notes are explanations, not findings.
 *
 * @throws REPORT_EMPTY when mypy printed nothing and did not end with 0; REPORT_MALFORMED with the line.
 *   REPORT_CONTRADICTORY when the exit code and the report disagree.
 * @see https://mypy.readthedocs.io/en/stable/error_codes.html
 */
export function readMypyText(
  text: string,
  file: string,
  { exitCode, place }: MypyReading,
): readonly Finding[] {
  if (text.trim() === "" && exitCode === 0) return [];
  const findings = reportText(text, file)
    .split(/\r?\n/)
    .flatMap((row, index): Finding[] => {
      if (row.trim() === "") return [];
      const [, path, line, level, message, code] = rowForm.exec(row) ?? [];
      if (path === undefined || message === undefined) {
        throw malformed(file, `line ${index + 1}: not path, line, level and text`);
      }
      if (level !== "error") return [];
      const found = { tool: "mypy", kind: "type", rule: code ?? "error", severity: "HIGH" } as const;
      return [{ ...found, ...locate(message, path, Number(line ?? 0), place) }];
    });
  agreeWithExit(findings.length, exitCode, file);
  return findings;
}
