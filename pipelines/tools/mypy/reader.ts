import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, assertShape, jsonValue, reportText } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const line = z.object({
  file: z.string().min(1),
  line: z.int().min(-1),
  message: z.string(),
  hint: z.string().nullable(),
  code: z.string().nullable(),
  severity: z.enum(["error", "note"]),
});

/** The exit code of mypy, and where it ran. */
export interface MypyReading {
  /** 0: nothing found; 1: findings; 2: it could not continue. An empty report means 'no finding' only with 0. */
  readonly exitCode: number;
  readonly place: ToolRoot;
}

/**
 * Reads the output of `mypy --output json`: an object on each line. Notes are explanations, not findings.
 *
 * @param text mypy's standard output.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY when mypy printed nothing and did not end with 0; REPORT_MALFORMED with the line.
 *   REPORT_CONTRADICTORY when the exit code and the report disagree.
 * @see https://mypy.readthedocs.io/en/stable/command_line.html#cmdoption-mypy-output
 */
export function readMypy(text: string, file: string, { exitCode, place }: MypyReading): readonly Finding[] {
  if (text.trim() === "" && exitCode === 0) return [];
  const findings = reportText(text, file)
    .split(/\r?\n/)
    .flatMap((row, index) => (row.trim() === "" ? [] : findingsOf(row, `line ${index + 1}`, file, place)));
  // As JSON, mypy counts notes as errors for its exit code: with notes alone it ends with 1.
  const hasNotes = /"severity": "note"\}$/m.test(text);
  if (findings.length > 0 || exitCode !== 1 || !hasNotes) agreeWithExit(findings.length, exitCode, file);
  return findings;
}

function findingsOf(row: string, at: string, file: string, place: ToolRoot): Finding[] {
  // From 1.20 on, notes on the configuration are text: `pyproject.toml: note: unused section(s): …`.
  if (/^[^{:]+: note: /.test(row)) return [];
  const found = assertShape(jsonValue(row, file, at), file, line, at);
  if (found.severity === "note") return [];
  const path = pathInSource(found.file, place);
  return [
    {
      tool: "mypy",
      kind: "type",
      rule: found.code ?? "error",
      severity: "HIGH",
      message: path === undefined ? `${found.message} (${found.file})` : found.message,
      ...(path === undefined ? {} : { path }),
      ...(path === undefined || found.line < 1 ? {} : { line: found.line }),
      ...(found.hint === null ? {} : { fix: found.hint }),
    },
  ];
}
