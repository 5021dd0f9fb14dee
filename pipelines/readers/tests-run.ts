import { z } from "zod";
import { jsonReport } from "./report.ts";

const report = z.array(z.string());

/**
 * Reads which tests a shard ran, as our plugin of pytest noted them.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY, REPORT_MALFORMED.
 */
export function readTestsRun(text: string, file: string): readonly string[] {
  return jsonReport(text, file, report);
}
