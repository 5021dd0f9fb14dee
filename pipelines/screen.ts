import { SlipwayError } from "./errors.ts";
import { renderVerdict, type Verdict } from "./verdict.ts";

/** How the reports of a run are had, or of one of its shards, such as 1/2. */
export function reportsHint(shard?: string): string {
  const [index] = shard?.split("/") ?? [];
  return index === undefined
    ? "dagger call reports export --path=reports"
    : `dagger call reports --shard=${shard} export --path=reports/${index}`;
}

/** How the reports of merged shards are had. */
export const mergedHint = "dagger call merge-reports --reports=DIR export --path=merged";

/**
 * Returns the verdict as one screen.
 *
 * @param hint the command that brings the reports.
 * @throws VERDICT_FAILED with the same screen when it is not passed, so that the call exits non-zero.
 */
export function screenOf(verdict: Verdict, hint = reportsHint()): string {
  const screen = renderVerdict(verdict, { reportsHint: hint });
  if (verdict.outcome === "passed") return `\n${screen}\n`;
  throw new SlipwayError("VERDICT_FAILED", "not every check passed", `Each is named here:\n\n${screen}\n`);
}
