import { z } from "zod";
import { jsonReport } from "./report.ts";

const report = z.strictObject({
  when: z.enum(["before", "after"]),
  faults: z.array(z.strictObject({ probe: z.url({ protocol: /^(tcp|http)$/ }), fault: z.string() })),
});

/** The containers that did not answer: before the tests, which then did not start, or after them. */
export type UnansweredProbe = z.infer<typeof report>;

/**
 * Reads the module python's notes about the containers that the tests use.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED.
 */
export function readContainers(text: string, file: string): UnansweredProbe {
  return jsonReport(text, file, report);
}
