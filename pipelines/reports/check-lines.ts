import type { Check } from "#pipelines/findings/evidence.ts";
import { reasonTexts } from "#pipelines/verdict/reason-text.ts";

/** A check with the texts of its line. */
export interface CheckLine {
  readonly check: Check;
  readonly texts: readonly string[];
}

/**
 * Puts checks in the order in which people read them: what did not pass comes first. An error that several checks
 * have in common, such as an image that is not available, is told once; the others name the first.
 */
export function checkLines(checks: readonly Check[]): readonly CheckLine[] {
  const told = new Map<string, string>();
  return checks
    .toSorted((one, other) => rank(one) - rank(other))
    .map((check) => {
      if (check.outcome !== "errored") return { check, texts: reasonTexts(check) };
      const all = reasonTexts(check).join("\n");
      const first = told.get(all);
      if (first === undefined) told.set(all, check.name);
      const codes = check.reasons.map(({ code }) => code).join(", ");
      return { check, texts: first === undefined ? reasonTexts(check) : [`${codes}, as ${first}`] };
    });
}

function rank({ outcome }: Check): number {
  return ["failed", "errored", "passed", "skipped"].indexOf(outcome);
}
