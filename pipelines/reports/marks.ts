import type { Outcome } from "#pipelines/findings/evidence.ts";

/** One character for each outcome, on screens and pages. */
export const marks: Readonly<Record<Outcome, string>> = {
  passed: "✔",
  failed: "✘",
  errored: "!",
  skipped: "–",
};
