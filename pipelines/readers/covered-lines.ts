import { z } from "zod";
import { contradictory, jsonReport } from "./report.ts";
import { pathInSource, type ToolRoot } from "./tool-root.ts";

const numbers = z.array(z.int().min(0));
const report = z.object({
  files: z.record(z.string(), z.object({ executed_lines: numbers, missing_lines: numbers })),
});

/** Which lines of each file were run and which were not, by the file's path in the source. */
export type CoveredLines = ReadonlyMap<string, ReadonlyMap<number, boolean>>;

/**
 * Reads line by line from coverage.py's JSON report what was covered. Lines that are no statement are in neither list.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param place where coverage ran.
 * @throws REPORT_EMPTY; REPORT_MALFORMED for a line that is no number; REPORT_CONTRADICTORY for one that was run and was
 *   not.
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
