import { readFile } from "node:fs/promises";
import { z } from "zod";

/** The part of the output of vitest's JSON reporter that the closing line needs. */
const runSchema = z.object({
  success: z.boolean(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/**
 * Turns the JSON of a run into the closing line `N passed, N failed, N skipped`, and says whether the run succeeded.
 * A file that cannot be loaded has no tests, and counts as one failure. A run without a passed test is not a success.
 *
 * @param report the JSON text; undefined if the run wrote none.
 * @param earlierFailures whether types or lint failed before.
 */
export function tally(report: string | undefined, earlierFailures: boolean): { line: string; ok: boolean } {
  if (report === undefined) return { line: "0 passed, 1 failed", ok: false };
  const run = runSchema.parse(JSON.parse(report));
  const unloaded = run.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = run.numFailedTests + unloaded.length;
  const skipped = run.numPendingTests + run.numTodoTests;
  const line = `${run.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return { line, ok: run.success && failed === 0 && run.numPassedTests > 0 && !earlierFailures };
}

if (import.meta.filename === process.argv[1]) {
  const [file, earlier] = process.argv.slice(2);
  const report = await readFile(file ?? "", "utf8").then(
    (text) => text || undefined,
    () => undefined,
  );
  const { line, ok } = tally(report, earlier !== "0");
  console.log(line);
  process.exitCode = ok ? 0 : 1;
}
