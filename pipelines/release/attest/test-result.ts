import type { Check } from "#pipelines/findings/evidence.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";

/**
 * The type of the predicate that `testResultPredicate` makes.
 * https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md
 */
export const testResultType = "https://in-toto.io/attestation/test-result/v0.1";

/** A configuration file of the checks, by digest. */
export interface Configuration {
  readonly name: string;
  /** sha256:… */
  readonly digest: string;
}

/**
 * Writes a verdict as an in-toto test-result predicate, with each check as a test. A passed check with findings
 * counts as warned. A check that failed, or could not be carried out, counts as failed. A skipped check is left
 * out, because it was not a test.
 *
 * @param configuration slipway.yaml and any other file that decides what was checked.
 * @param url the address of the run, if there is one.
 */
export function testResultPredicate(
  { outcome, checks }: Pick<Verdict, "outcome" | "checks">,
  configuration: readonly Configuration[],
  url?: string,
): object {
  const tests = (wanted: Result) =>
    checks.filter((check) => resultOf(check) === wanted).map(({ name }) => name);
  const warned = tests("warned");
  const passed = warned.length > 0 ? "WARNED" : "PASSED";
  return {
    result: outcome === "passed" ? passed : "FAILED",
    configuration: configuration.map(({ name, digest }) => ({
      name,
      digest: { sha256: digest.replace(/^sha256:/, "") },
    })),
    ...(url === undefined ? {} : { url }),
    passedTests: tests("passed"),
    warnedTests: warned,
    failedTests: tests("failed"),
  };
}

type Result = "passed" | "warned" | "failed" | "none";

function resultOf({ outcome, evidence }: Check): Result {
  if (outcome === "skipped") return "none";
  if (outcome !== "passed") return "failed";
  return evidence.findings.length > 0 ? "warned" : "passed";
}
