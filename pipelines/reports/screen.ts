import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { renderVerdict } from "./console.ts";

/**
 * The command that exports the reports of a run, or of one of its shards, such as 1/2. Its further arguments are
 * not known here.
 */
export function reportsHint(shard?: string): string {
  const [index] = shard?.split("/") ?? [];
  const folder = index === undefined ? "reports" : `reports/${index}`;
  return `repeat the call with the function reports, and append \`export --path=${folder}\``;
}

/** The command that exports the reports of merged shards. */
export const mergedHint =
  "repeat the call with the function merge-reports, and append `export --path=merged`";

/**
 * Returns the verdict as one screen.
 *
 * @param hint the command that exports the reports.
 * @throws VERDICT_FAILED with the same screen when the verdict is not passed, so that the call exits non-zero.
 */
export function screenOf(verdict: Verdict, hint = reportsHint()): string {
  const screen = renderVerdict(verdict, { reportsHint: hint });
  if (verdict.outcome === "passed") return `\n${screen}\n`;
  throw new SlipwayError(
    "VERDICT_FAILED",
    "not every check passed",
    `The verdict names each:\n\n${screen}\n`,
  );
}
