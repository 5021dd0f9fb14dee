import { z } from "zod";
import type { Finding, Severity } from "#pipelines/findings/finding.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import { readSarif } from "#pipelines/readers/sarif.ts";
import type { ToolRoot } from "#pipelines/readers/tool-root.ts";

const grades = ["High", "Medium", "Low", "Informational", "Unknown"] as const;

/** SARIF has fewer levels than zizmor has grades, so the grades beside them are read. */
const report = z.object({
  runs: z.array(
    z.object({
      results: z.array(z.object({ properties: z.object({ "zizmor/severity": z.enum(grades) }) })),
    }),
  ),
});

const severities: Readonly<Record<(typeof grades)[number], Severity>> = {
  High: "HIGH",
  Medium: "MEDIUM",
  Low: "LOW",
  Informational: "LOW",
  Unknown: "UNKNOWN",
};

/**
 * Reads zizmor's SARIF report. Its findings are weaknesses with zizmor's own grades; informational ones are notes.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for an unknown grade.
 * @see https://docs.zizmor.sh/usage/#output-formats
 */
export function readZizmor(text: string, file: string, place: ToolRoot): readonly Finding[] {
  const findings = readSarif(text, file, { tool: "zizmor", kind: "weakness", place });
  const found = jsonReport(text, file, report)
    .runs.flatMap(({ results }) => results)
    .map(({ properties }) => properties["zizmor/severity"]);
  return findings.map((finding, index) => {
    const grade = found[index] ?? "Unknown";
    return {
      ...finding,
      kind: grade === "Informational" ? "note" : "weakness",
      severity: severities[grade],
    };
  });
}
