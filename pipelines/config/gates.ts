import { z } from "zod";

import { severities } from "#pipelines/findings/finding.ts";
import { defaults } from "./defaults.ts";
import { flag, list, section } from "./leaf.ts";

const range = "a number from 0 to 100";
const percentage = z.number({ error: range }).min(0, range).max(100, range);

/** What the verdict asks for. */
export const gates = section({
  coverage: percentage
    .prefault(defaults.coverage)
    .describe("The least percentage of lines that each service's tests must cover."),
  branches: percentage
    .optional()
    .describe("The least percentage of branches that each service's tests must cover; not asked by default."),
  totalCoverage: percentage
    .optional()
    .describe(
      "The least percentage of lines that the tests of all services together must cover; not asked by default.",
    ),
  changedCoverage: percentage
    .optional()
    .describe(
      "The least percentage that the tests must cover of the lines that differ from the base of the call; not asked by default.",
    ),
  coverageDrop: percentage
    .optional()
    .describe(
      "By how many percentage points a service's line coverage may be below that of the base; 0: by none; not asked by default.",
    ),
  severity: list(
    z.enum(severities, { error: `one of ${severities.join(", ")}` }),
    `a list of ${severities.join(", ")}`,
  )
    .prefault(defaults.severity)
    .describe("The severities that close the gate; the report lists the others too."),
  ignoreUnfixed: flag
    .prefault(defaults.ignoreUnfixed)
    .describe("Whether a vulnerability without a fixed version passes the gate."),
});
