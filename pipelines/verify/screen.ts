import { SlipwayError } from "#pipelines/errors/errors.ts";
import { renderVerdict } from "#pipelines/reports/console.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";

/**
 * Returns the verdict on an image as one screen.
 *
 * @throws VERDICT_FAILED with the same screen when the verdict is not passed, so that the call exits non-zero.
 */
export function verificationScreen(verdict: Verdict): string {
  const screen = renderVerdict(verdict);
  if (verdict.outcome === "passed") return `\n${screen}\n`;
  throw new SlipwayError(
    "VERDICT_FAILED",
    "the image does not fulfill the policy",
    `The verdict lists each requirement:\n\n${screen}\n`,
  );
}
