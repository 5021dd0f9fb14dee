import { z } from "zod";
import { jsonReport } from "./report.ts";

const report = z.array(z.string());

/**
 * Reads the tests that a shard ran, as Slipway's pytest plugin noted them.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY, REPORT_MALFORMED.
 */
export function readTestsRun(text: string, file: string): readonly string[] {
  return jsonReport(text, file, report);
}
