import type { PlannedService } from "#pipelines/plan/plan.ts";
import { plain } from "#pipelines/text/quote.ts";

/** Says which tools for code the repository calls and Slipway does not run: a note for each file that calls some. */
export function foreignToolNotes(services: readonly PlannedService[]): readonly string[] {
  const byFile = new Map<string, Set<string>>();
  for (const { tool, by } of services.flatMap(({ foreignTools }) => foreignTools)) {
    byFile.set(by, (byFile.get(by) ?? new Set()).add(tool));
  }
  return [...byFile].map(([file, tools]) => {
    const names = [...tools].sort();
    return `${plain(file)} calls ${names.join(", ")}, which Slipway does not run`;
  });
}
