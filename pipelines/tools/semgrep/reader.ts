import { z } from "zod";
import type { Finding, Severity } from "#pipelines/findings/finding.ts";
import { jsonReport, malformed } from "#pipelines/readers/report.ts";
import { pathInSource, type ToolRoot } from "#pipelines/readers/tool-root.ts";

/** Semgrep's own levels, the older and the newer ones. */
const severities = {
  CRITICAL: "CRITICAL",
  HIGH: "HIGH",
  ERROR: "HIGH",
  MEDIUM: "MEDIUM",
  WARNING: "MEDIUM",
  LOW: "LOW",
  INFO: "LOW",
  INVENTORY: "LOW",
  EXPERIMENT: "LOW",
} as const satisfies Record<string, Severity>;

const level = z.enum(Object.keys(severities) as (keyof typeof severities)[]);

/** `lines` is left out on purpose: it quotes the code. */
const report = z.object({
  results: z.array(
    z.object({
      check_id: z.string().min(1),
      path: z.string().min(1),
      start: z.object({ line: z.int().min(0) }),
      extra: z.object({ message: z.string(), severity: level, fix: z.string().optional() }),
    }),
  ),
  errors: z.array(
    z.object({
      level: z.string(),
      type: z.unknown(),
      message: z.string().optional(),
      long_msg: z.string().optional(),
    }),
  ),
  paths: z.object({ scanned: z.array(z.string()) }),
});

/**
 * Reads Semgrep's JSON report.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param place where Semgrep ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also when a rule could not be applied to a file.
 * @see https://semgrep.dev/docs/semgrep-appsec-platform/json-and-sarif
 */
export function readSemgrep(text: string, file: string, place: ToolRoot): readonly Finding[] {
  const { results, errors } = jsonReport(text, file, report);
  // A file that the rule's language cannot fully parse causes only a warning: its parsed part was checked.
  const fatal = errors.find((error) => error.level === "error");
  if (fatal !== undefined) {
    throw malformed(
      file,
      `Semgrep could not apply every rule: ${fatal.long_msg ?? fatal.message ?? "no reason given"}`,
    );
  }
  return results.map(({ check_id, path: reported, start, extra }) => {
    const path = pathInSource(reported, place);
    return {
      tool: "semgrep",
      kind: "weakness",
      rule: ruleOf(check_id),
      severity: severities[extra.severity],
      message: path === undefined ? `${extra.message} (${reported})` : extra.message,
      ...(path === undefined ? {} : { path }),
      ...(path === undefined || start.line < 1 ? {} : { line: start.line }),
      ...(extra.fix === undefined ? {} : { fix: extra.fix }),
    };
  });
}

/** Semgrep adds the rule's folders in front of its id, with dots. */
function ruleOf(id: string): string {
  return id.replace(/^rules\./, "");
}
