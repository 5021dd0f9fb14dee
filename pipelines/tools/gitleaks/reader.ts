import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { agreeWithExit, jsonReport } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

/** `Match`, `Secret` and `Message` are left out on purpose: the first two contain the secret if it is not masked. */
const report = z.array(
  z.object({
    RuleID: z.string().min(1),
    Description: z.string(),
    StartLine: z.int().min(0),
    File: z.string().min(1),
    Commit: z.string().regex(/^(?:[0-9a-f]{40}(?:[0-9a-f]{24})?)?$/),
  }),
);

/**
 * Reads gitleaks's JSON report, of a folder or of a history. In a history, each finding names its commit.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode 0: nothing found; 10: findings.
 * @param place where gitleaks ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; REPORT_CONTRADICTORY when the report and the exit code disagree.
 * @see https://github.com/gitleaks/gitleaks#reporting
 */
export function readGitleaks(
  text: string,
  file: string,
  exitCode: number,
  place: ToolRoot,
): readonly Finding[] {
  const leaks = jsonReport(text, file, report);
  agreeWithExit(leaks.length, exitCode, file);
  return leaks.map(({ RuleID, Description, StartLine, File, Commit }) => {
    const common = { tool: "gitleaks", kind: "secret", rule: RuleID, severity: "HIGH" } as const;
    const path = pathInSource(File, place);
    const commit = Commit === "" ? {} : { commit: Commit };
    if (path === undefined) return { ...common, message: `${Description} (${File}:${StartLine})`, ...commit };
    return {
      ...common,
      message: Description,
      path,
      ...(StartLine > 0 ? { line: StartLine } : {}),
      ...commit,
    };
  });
}
