import { z } from "zod";
import type { Finding, FindingKind, Severity } from "#pipelines/findings/finding.ts";
import { advisoryOf } from "./advisory.ts";
import { jsonReport } from "./report.ts";
import { pathInSource, type ToolRoot } from "./tool-root.ts";

const region = z.object({ startLine: z.int().min(1).optional() });
const location = z.object({
  physicalLocation: z.object({ artifactLocation: z.object({ uri: z.string() }), region: region.optional() }),
});
const rule = z.object({ id: z.string(), helpUri: z.string().nullish() });
const fix = z.object({ description: z.object({ text: z.string().nullish() }).optional() });
const result = z.object({
  ruleId: z.string().min(1).nullish(),
  level: z.enum(["error", "warning", "note", "none"]).default("warning"),
  message: z.object({ text: z.string() }),
  locations: z.array(location).default([]),
  fixes: z.array(fix).nullish(),
});
const sarif = (tool: string) =>
  z.object({
    version: z.literal("2.1.0"),
    runs: z
      .array(
        z.object({
          tool: z.object({
            driver: z.object({
              name: z.string().regex(new RegExp(`^${tool}$`, "i")),
              rules: z.array(rule).nullish(),
            }),
          }),
          invocations: z.array(z.object({ executionSuccessful: z.literal(true) })).optional(),
          results: z.array(result),
        }),
      )
      .min(1),
  });

const severityOfLevel = { error: "HIGH", warning: "MEDIUM", note: "LOW", none: "LOW" } as const;

/** The facts that are needed to read a tool's SARIF. */
export interface SarifReading {
  /** The required name of the report's driver (letters and digits), which the findings also get. */
  readonly tool: string;
  readonly kind: FindingKind;
  readonly place: ToolRoot;
  /**
   * Returns a finding's severity from its rule; by default it follows the level (error HIGH, warning MEDIUM, note
   * LOW).
   */
  readonly severityOf?: (rule: string, level: keyof typeof severityOfLevel) => Severity;
}

/**
 * Reads the findings of a SARIF 2.1.0 report. A path that leads out of the source stays only in the message.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for another tool's report or a run that did not succeed.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function readSarif(text: string, file: string, reading: SarifReading): readonly Finding[] {
  const { runs } = jsonReport(text, file, sarif(reading.tool));
  return runs.flatMap(({ tool, results }) => {
    const pages = new Map((tool.driver.rules ?? []).map(({ id, helpUri }) => [id, advisoryOf(helpUri)]));
    return results.map((each) => ({ ...findingOf(each, reading), ...pages.get(each.ruleId ?? "") }));
  });
}

function findingOf(each: z.infer<typeof result>, { tool, kind, place, severityOf }: SarifReading): Finding {
  const rule = each.ruleId ?? "unnamed";
  const where = each.locations[0]?.physicalLocation;
  const uri = where?.artifactLocation.uri;
  const path = uri === undefined ? undefined : pathInSource(uriPath(uri), place);
  const fix = each.fixes?.[0]?.description?.text ?? undefined;
  const line = where?.region?.startLine;
  return {
    tool,
    kind,
    rule,
    severity: severityOf?.(rule, each.level) ?? severityOfLevel[each.level],
    message: uri !== undefined && path === undefined ? `${each.message.text} (${uri})` : each.message.text,
    ...(path === undefined ? {} : { path }),
    ...(path === undefined || line === undefined ? {} : { line }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Decodes a relative SARIF URI, which is percent-encoded too. The reader of its scheme decodes an absolute one. */
function uriPath(uri: string): string {
  if (uri.startsWith("file:")) return uri;
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
