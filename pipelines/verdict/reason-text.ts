import { reasonText } from "#pipelines/errors/explain.ts";
import type { Check } from "#pipelines/findings/evidence.ts";

/** The texts of a check's line: its reasons, each with its code and its remedy, else its note. */
export function reasonTexts({ reasons, note }: Check): readonly string[] {
  return reasons.length === 0 ? [note ?? ""] : reasons.map(reasonText);
}
