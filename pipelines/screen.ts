import { SlipwayError } from "./errors.ts";
import { renderVerdict, type Verdict } from "./verdict.ts";

/**
 * Returns the verdict as one screen.
 *
 * @throws VERDICT_FAILED with the same screen when it is not passed, so that the call exits non-zero.
 */
export function screenOf(verdict: Verdict): string {
  const screen = renderVerdict(verdict, { reportsHint: "dagger call reports export --path=reports" });
  if (verdict.outcome === "passed") return `\n${screen}\n`;
  throw new SlipwayError("VERDICT_FAILED", "not every check passed", `Each is named here:\n\n${screen}\n`);
}
