import type { Check, Outcome } from "#pipelines/findings/evidence.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { RunFacts } from "./run-facts.ts";

/** The result of a run. */
export interface Verdict {
  /** `failed` if a check failed, else `errored` if one could not be carried out or none ran. */
  readonly outcome: Exclude<Outcome, "skipped">;
  readonly checks: readonly Check[];
  /** Further notes about the run, a sentence each: an unused waiver, findings that a report leaves out. */
  readonly notes: readonly string[];
  /** What was checked, and when; absent for a verdict that is no run of its own. */
  readonly run?: RunFacts;
}

/**
 * Concludes the verdict of checks. Without any check, or with skipped ones only, it is not passed, because nothing
 * is known.
 */
export function verdictOf(checks: readonly Check[], notes: readonly string[] = []): Verdict {
  const any = (outcome: Outcome) => checks.some((check) => check.outcome === outcome);
  const outcome = any("failed") ? "failed" : any("errored") || !any("passed") ? "errored" : "passed";
  return { outcome, checks, notes };
}

/**
 * Concludes the verdict of a shard's checks. A shard without checks, or with skipped ones only, still passes,
 * because the merge judges the whole run.
 */
export function shardVerdict(
  checks: readonly Check[],
  notes: readonly string[],
  { index, run }: { readonly index: number; readonly run: { readonly of: number } },
): Verdict {
  const { outcome } = verdictOf(checks);
  const isQuiet = checks.every((check) => check.outcome === "skipped");
  const which = `this is shard ${index} of ${run.of}; merge-reports gives the verdict of the whole run`;
  return { outcome: isQuiet ? "passed" : outcome, checks, notes: [which, ...notes] };
}

/** The verdict in one sentence, with the name of each check that failed or errored. */
export function verdictSentence({ outcome, checks }: Pick<Verdict, "outcome" | "checks">): string {
  const named = (wanted: Outcome) =>
    checks.filter((check) => check.outcome === wanted).map((check) => printable(check.name));
  const [passed, failed, errored, skipped] = (["passed", "failed", "errored", "skipped"] as const).map(named);
  if (outcome === "errored" && !errored?.length) {
    const why = checks.length === 0 ? "there was no check to run" : "every check was skipped";
    return `Errored: ${why}, so nothing is known.`;
  }
  const rest = skipped?.length ? `, ${skipped.length} skipped` : "";
  if (outcome === "passed") return `Passed: ${countText(passed?.length ?? 0, "check")}${rest}.`;
  const faults = [
    failed?.length ? `${listed(failed)} failed` : "",
    errored?.length ? `${listed(errored)} could not be carried out` : "",
  ];
  const sentence = faults.filter((fault) => fault !== "").join("; ");
  return `${outcome === "failed" ? "Failed" : "Errored"}: ${sentence}; ${passed?.length ?? 0} passed${rest}.`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
