import { posix } from "node:path";
import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { contradictory, jsonReport } from "#pipelines/readers/report.ts";

/** Where the module puts the files that conftest reads. */
const root = "/files";

const result = z.object({
  msg: z.string(),
  metadata: z.looseObject({ query: z.string().optional() }).nullish(),
});

const results = z.array(result).nullish();

const report = z.array(
  z.object({
    filename: z.string(),
    namespace: z.string(),
    successes: z.int().min(0),
    warnings: results,
    failures: results,
    exceptions: results,
  }),
);

type Result = z.infer<typeof result>;

/** The content of conftest's report. */
export interface ConftestReport {
  readonly findings: readonly Finding[];
  /** The number of evaluated rules. */
  readonly rules: number;
}

/**
 * Reads conftest's JSON report. Failures block; warnings do not, unless the exit code shows that conftest.toml has
 * `fail-on-warn`.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param exitCode the exit code of conftest: 0 when nothing failed, 1 or 2 when something did.
 * @throws REPORT_EMPTY; REPORT_MALFORMED; RULES_NOT_FOUND when no rule at all was evaluated, which conftest
 *   accepts. REPORT_CONTRADICTORY when the exit code and the failures disagree.
 * @see https://github.com/open-policy-agent/conftest/blob/v0.71.1/output/result.go
 */
export function readConftest(text: string, file: string, exitCode: number): ConftestReport {
  const checked = jsonReport(text, file, report);
  const of = (filename: string, all: readonly Result[] | null | undefined) =>
    (all ?? []).map((each) => ({ ...each, path: posix.relative(root, filename) }));
  const failures = checked.flatMap((each) => of(each.filename, each.failures));
  const warnings = checked.flatMap((each) => of(each.filename, each.warnings));
  const others = checked.map(({ successes, exceptions }) => successes + (exceptions ?? []).length);
  const rules = others.reduce((all, each) => all + each, failures.length + warnings.length);
  if (rules === 0) {
    throw new SlipwayError(
      "RULES_NOT_FOUND",
      `${file}: conftest evaluated no rule`,
      "Add a deny, violation or warn rule to the policies. If conftest.toml sets `namespace`, add the policies' namespaces.",
    );
  }
  const failsOnWarnings = failures.length === 0 && warnings.length > 0 && exitCode === 1;
  const isExpected = failures.length > 0 ? exitCode === 1 || exitCode === 2 : exitCode === 0;
  if (!isExpected && !failsOnWarnings) {
    throw contradictory(
      file,
      `it has ${failures.length} failures, but conftest ended with exit code ${exitCode}`,
      "Read the tool's output. Remove any option that changes its exit code, such as no-fail.",
    );
  }
  // With both failures and warnings, it ends with 2 if warnings count, else with 1.
  const stops = failsOnWarnings || exitCode === 2;
  return {
    findings: [
      ...failures.map((each) => found(each, "policy")),
      ...warnings.map((each) => found(each, stops ? "policy" : "note")),
    ],
    rules,
  };
}

function found({ msg, metadata, path }: Result & { path: string }, kind: "policy" | "note"): Finding {
  const rule = (metadata?.query ?? "policy").replace(/^data\./, "");
  return { tool: "conftest", kind, rule, severity: kind === "policy" ? "HIGH" : "LOW", message: msg, path };
}
