import { z } from "zod";
import type { Finding } from "#pipelines/findings/finding.ts";
import { advisoryOf } from "#pipelines/readers/advisory.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import { locate, type ToolRoot } from "#pipelines/readers/tool-root.ts";

const report = z.array(
  z.object({
    code: z.string().min(1).nullable(),
    message: z.string(),
    filename: z.string().min(1),
    location: z.object({ row: z.int().min(0) }),
    url: z.string().nullish(),
    fix: z.looseObject({ message: z.string().nullish() }).nullish(),
  }),
);

/**
 * Reads the JSON report of ruff before 0.1.8, which has no SARIF.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED.
 */
export function readRuffJson(text: string, file: string, place: ToolRoot): readonly Finding[] {
  return jsonReport(text, file, report).map(({ code, message, filename, location, url, fix }) => ({
    tool: "ruff",
    kind: "lint",
    rule: code ?? "unnamed",
    severity: "HIGH",
    ...locate(message, filename, location.row, place),
    ...(fix?.message == null ? {} : { fix: fix.message }),
    ...advisoryOf(url),
  }));
}
