import type { Outcome } from "#pipelines/findings/evidence.ts";

/** One character for each outcome, on a screen as on a page. */
export const marks: Readonly<Record<Outcome, string>> = {
  passed: "✔",
  failed: "✘",
  errored: "!",
  skipped: "–",
};
