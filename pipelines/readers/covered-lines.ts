import { z } from "zod";
import { contradictory, jsonReport } from "./report.ts";
import { pathInSource, type ToolRoot } from "./tool-root.ts";

const numbers = z.array(z.int().min(0));
const report = z.object({
  files: z.record(z.string(), z.object({ executed_lines: numbers, missing_lines: numbers })),
});

/** The lines of each file, by its path in the source: true if the line ran, false if it did not. */
export type CoveredLines = ReadonlyMap<string, ReadonlyMap<number, boolean>>;

/**
 * Reads the coverage of each line from coverage.py's JSON report. A line that is not a statement is in neither
 * list.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param place where coverage ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED for a line that is not a number; REPORT_CONTRADICTORY for a line in both
 *   lists.
 * @see https://coverage.readthedocs.io/en/latest/commands/cmd_json.html
 */
export function readCoveredLines(text: string, file: string, place: ToolRoot): CoveredLines {
  const { files } = jsonReport(text, file, report);
  const read = Object.entries(files).flatMap(([reported, { executed_lines, missing_lines }]) => {
    const path = pathInSource(reported, place);
    if (path === undefined) return [];
    const lines = new Map(executed_lines.map((line) => [line, true]));
    for (const line of missing_lines) {
      if (lines.has(line)) {
        throw contradictory(
          file,
          `${path}:${line} is both covered and missing`,
          "Run the tests again to let coverage.py write a new report.",
        );
      }
      lines.set(line, false);
    }
    return [[path, lines] as const];
  });
  return new Map(read);
}
