import { z } from "zod";

import { severities } from "#pipelines/findings/finding.ts";
import { defaults } from "./defaults.ts";
import { duration, flag, list, section } from "./leaf.ts";

const range = "a number from 0 to 100";
const percentage = z.number({ error: range }).min(0, range).max(100, range);

/** The requirements of the verdict. */
export const gates = section({
  coverage: percentage
    .optional()
    .describe(
      `The lowest percentage of lines that each service's tests must cover; default: the limit in the service's own settings of pytest-cov or coverage.py, else ${defaults.coverage}.`,
    ),
  branches: percentage
    .optional()
    .describe(
      "The lowest percentage of branches that each service's tests must cover; default: not required.",
    ),
  totalCoverage: percentage
    .optional()
    .describe(
      "The lowest percentage of lines that the tests of all services together must cover; default: not required.",
    ),
  changedCoverage: percentage
    .optional()
    .describe(
      "The lowest percentage of lines changed since the call's base that the tests must cover; default: not required.",
    ),
  coverageDrop: percentage
    .optional()
    .describe(
      "How many percentage points a service's line coverage may fall below the base; 0: none; default: not required.",
    ),
  severity: list(
    z.enum(severities, { error: `one of ${severities.join(", ")}` }),
    `a list of ${severities.join(", ")}`,
  )
    .prefault(defaults.severity)
    .describe(
      "A finding blocks if this list has its severity or a lower one. The reports list all findings.",
    ),
  ignoreUnfixed: flag
    .prefault(defaults.ignoreUnfixed)
    .describe("Whether a vulnerability without a fixed version passes."),
  waiverTerm: duration("1d", "365d")
    .prefault(defaults.waiverTerm)
    .describe("How far ahead the last day of a waiver may be: one with a later day does not apply."),
});
