import { z } from "zod";
import { type Check, firstStart } from "#pipelines/findings/evidence.ts";
import type { PackageChange, PackageChanges, PackageState } from "#pipelines/findings/package-diff.ts";
import { checkIdShape, type ShardRecord, shardSchema } from "#pipelines/shards/schema.ts";
import { plainJson } from "#pipelines/text/json.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { mergedFinding } from "./findings-json.ts";

const count = z.int().min(0);
const percent = z.number().min(0).max(100);

const finding = mergedFinding
  .omit({ tools: true, seen: true })
  .extend({ tool: z.string().describe("The tool's own name.") });

const tests = z.object({
  passed: count,
  failed: count,
  errored: count,
  skipped: count,
  failures: z.array(z.object({ name: z.string(), message: z.string() })),
  flaky: z
    .array(z.object({ name: z.string(), retries: count, message: z.string() }))
    .describe("Tests that failed at first and passed after a retry."),
});

const coverage = z.object({
  percent: percent.describe("Line coverage in percent, not rounded."),
  coveredLines: count,
  totalLines: count,
  branches: z
    .object({ percent, covered: count, total: count })
    .optional()
    .describe("Branch coverage, if it was measured."),
  files: z.array(z.object({ path: z.string(), percent })),
});

const changed = z.object({
  base: z.string().describe("The base that the lines are compared with, as the call named it."),
  coveredLines: count,
  totalLines: count.describe("The number of changed lines that the tests measure."),
  missed: z.array(z.object({ path: z.string(), lines: z.array(count) })),
  unmeasured: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("Changed Python files that no test run measures."),
});

const state = z
  .object({ versions: z.array(z.string()), licenses: z.array(z.string()) })
  .describe("All versions of the package, and all licenses.");
const change = z.object({
  type: z.string().describe("The type of the package URL, such as pypi or deb. Empty without a package URL."),
  name: z.string(),
  before: state.optional(),
  after: state.optional(),
});
const changes = z.object({
  added: z.array(change),
  removed: z.array(change),
  changed: z.array(change).describe("The packages whose version or license changed."),
  unchanged: count,
});

const step = z.object({ service: z.string(), before: percent, after: percent });

const check = z.object({
  name: z.string().describe("SERVICE/SUBJECT, or KIND or KIND/SUBJECT for the whole repository."),
  ...checkIdShape,
  outcome: z.enum(["passed", "failed", "errored", "skipped"]),
  reasons: z.array(
    z.object({
      code: z
        .string()
        .regex(/^[A-Z_]+$/)
        .optional()
        .describe("One of Slipway's error codes."),
      text: z.string(),
      remedy: z.string().optional().describe("How to correct it."),
    }),
  ),
  note: z.string().optional(),
  seconds: z.number().min(0),
  start: z
    .number()
    .min(0)
    .optional()
    .describe("The start of the check, in seconds after the start of the first check."),
  findings: z.array(finding),
  tests: tests.optional(),
  coverage: coverage.optional(),
  changed: changed.optional().describe("Coverage of the lines that differ from a base."),
  steps: z.array(step).optional().describe("Each service's line coverage on a base and now."),
  changes: changes.optional().describe("The changes of an image's packages since the last release."),
  reports: z.array(z.string()).describe("Paths of the raw reports, beside this file."),
});

const run = z.object({
  slipway: z.string().describe("The version of Slipway."),
  started: z.string().describe("The start, in UTC, as in 2027-01-31T12:00:00Z."),
  seconds: z.number().min(0),
  arguments: z.array(z.string()).describe("The arguments that decide what is checked; secrets by name only."),
  repository: z.string().optional().describe("The address of the repository."),
  commit: z.string().optional().describe("The commit at HEAD. Absent without the git history."),
  branch: z.string().optional().describe("The checked-out branch."),
  dirty: z.boolean().optional().describe("Whether the source differs from the commit."),
});

/**
 * The schema of `summary.json`. `version` grows by one when a reader of the former version could misread the file;
 * new fields alone do not change it.
 */
export const summarySchema = z
  .object({
    version: z.literal(1),
    outcome: z.enum(["passed", "failed", "errored"]),
    run: run.optional().describe("What was checked, and when. Merged reports do not have it."),
    checks: z.array(check),
    notes: z.array(z.string()).optional().describe("Further notes on this run, one sentence each."),
    shard: shardSchema
      .optional()
      .describe(
        "In a sharded run: data of this shard for merge-reports. The outcome is that of the shard, not of the run.",
      ),
  })
  .describe("The summary of a run of Slipway's checks.");

export type Summary = z.infer<typeof summarySchema>;

/** Writes a verdict in the shape of `summary.json`. */
export function summaryOf({ outcome, checks, notes, run }: Verdict, shard?: ShardRecord): Summary {
  const first = firstStart(checks);
  return {
    version: 1,
    outcome,
    ...(run !== undefined && { run: { ...run, arguments: [...run.arguments] } }),
    checks: checks.map((each) => checkOf(each, first)),
    notes: [...notes],
    ...(shard !== undefined && { shard }),
  };
}

/** Writes `summary.json`. */
export function writeSummary(verdict: Verdict, shard?: ShardRecord): string {
  return `${plainJson(summaryOf(verdict, shard), 2)}\n`;
}

/** The JSON Schema of `summary.json`, for other tools. */
export function summaryJsonSchema(): object {
  return z.toJSONSchema(summarySchema, { io: "input" });
}

function checkOf({ evidence, ...rest }: Check, first: number): Summary["checks"][number] {
  return {
    name: rest.name,
    kind: rest.kind,
    ...(rest.service === undefined ? {} : { service: rest.service }),
    ...(rest.subject === undefined ? {} : { subject: rest.subject }),
    outcome: rest.outcome,
    reasons: rest.reasons.map((reason) => ({ ...reason })),
    ...(rest.note === undefined ? {} : { note: rest.note }),
    seconds: rest.seconds,
    ...(rest.start === undefined ? {} : { start: rest.start - first }),
    findings: evidence.findings.map(({ aliases, ...each }) => ({
      ...each,
      ...(aliases === undefined ? {} : { aliases: [...aliases] }),
    })),
    ...(evidence.tests === undefined
      ? {}
      : {
          tests: {
            ...evidence.tests,
            failures: evidence.tests.failures.map((each) => ({ ...each })),
            flaky: evidence.tests.flaky.map((each) => ({ ...each })),
          },
        }),
    ...(evidence.coverage === undefined
      ? {}
      : { coverage: { ...evidence.coverage, files: evidence.coverage.files.map((each) => ({ ...each })) } }),
    ...(evidence.changed === undefined
      ? {}
      : {
          changed: {
            ...evidence.changed,
            missed: evidence.changed.missed.map(({ path, lines }) => ({ path, lines: [...lines] })),
          },
        }),
    ...(evidence.steps === undefined ? {} : { steps: evidence.steps.map((each) => ({ ...each })) }),
    ...(evidence.changes === undefined ? {} : { changes: changesOf(evidence.changes) }),
    reports: [...rest.reports],
  };
}

function changesOf({
  added,
  removed,
  changed,
  unchanged,
}: PackageChanges): Summary["checks"][number]["changes"] {
  const plain = (list: readonly PackageChange[]) =>
    list.map(({ type, name, before, after }) => ({
      type,
      name,
      ...(before === undefined ? {} : { before: stateOf(before) }),
      ...(after === undefined ? {} : { after: stateOf(after) }),
    }));
  return { added: plain(added), removed: plain(removed), changed: plain(changed), unchanged };
}

function stateOf({ versions, licenses }: PackageState) {
  return { versions: [...versions], licenses: [...licenses] };
}
