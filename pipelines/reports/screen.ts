import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { renderVerdict } from "./console.ts";

/** How the reports of a run are had, or of one of its shards, such as 1/2: with which other words nobody here knows. */
export function reportsHint(shard?: string): string {
  const [index] = shard?.split("/") ?? [];
  const folder = index === undefined ? "reports" : `reports/${index}`;
  return `repeat the call with the function reports, and append \`export --path=${folder}\``;
}

/** How the reports of merged shards are had. */
export const mergedHint =
  "repeat the call with the function merge-reports, and append `export --path=merged`";

/**
 * Returns the verdict as one screen.
 *
 * @param hint how the reports are had.
 * @throws VERDICT_FAILED with the same screen when it is not passed, so that the call exits non-zero.
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
