import type { Check } from "#pipelines/findings/evidence.ts";

/** What a check's line says: its reasons, else its note; code and text of a reason are said once. */
export function reasonTexts({ reasons, note }: Check): readonly string[] {
  if (reasons.length === 0) return [note ?? ""];
  return reasons.map(({ code, text }) =>
    code === undefined || text.startsWith(`${code}: `) ? text : `${code}: ${text}`,
  );
}
