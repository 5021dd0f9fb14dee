import { z } from "zod";
import { jsonReport } from "./report.ts";

const schema = z.object({ command: z.string(), exitCode: z.int() });

/** A command of `test.before` that failed. */
export type FailedCommand = z.infer<typeof schema>;

/**
 * Reads the report on the command that kept the tests from running.
 *
 * @throws REPORT_EMPTY, REPORT_MALFORMED.
 */
export function readBefore(text: string, file: string): FailedCommand {
  return jsonReport(text, file, schema);
}
