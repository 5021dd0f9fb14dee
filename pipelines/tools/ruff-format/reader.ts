import type { Finding } from "#pipelines/findings/finding.ts";
import { readSarif } from "#pipelines/readers/sarif.ts";
import type { ToolRoot } from "#pipelines/readers/tool-root.ts";

/**
 * Reads which files `ruff format --check --output-format sarif` would change, each once. A file that cannot be
 * parsed is also a finding (`invalid-syntax`), because it cannot be formatted.
 *
 * The text output is not read: its wording changes with ruff's version, and a path in it may contain any character.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED.
 */
export function readRuffFormat(text: string, file: string, place: ToolRoot): readonly Finding[] {
  const findings = readSarif(text, file, { tool: "ruff", kind: "format", place });
  const seen = new Set<string>();
  return findings
    .map((finding) => (finding.rule === "unformatted" ? { ...finding, fix: "ruff format" } : finding))
    .filter((finding) => {
      const key =
        finding.rule === "unformatted" ? (finding.path ?? finding.message) : JSON.stringify(finding);
      return !seen.has(key) && seen.add(key);
    });
}
