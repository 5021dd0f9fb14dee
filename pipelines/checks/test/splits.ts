import { availableParallelism } from "node:os";
import type { Suite } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Evidence, TestCounts } from "#pipelines/findings/evidence.ts";
import type { Shard } from "#pipelines/shards/shard.ts";

/** Lists the shards of a suite; undefined alone if the suite is not split. */
export function splitsOf({ shards }: Suite): readonly (Shard | undefined)[] {
  if (shards === 1) return [undefined];
  return Array.from({ length: shards }, (_, at) => ({ index: at + 1, of: shards }));
}

/**
 * Limits the processes of one shard, so that all shards together use no more processes than there are cores.
 *
 * @param cores the number of cores; default: those of the machine.
 */
export function processesOf(
  { parallel, shards }: Pick<Suite, "parallel" | "shards">,
  cores: number = availableParallelism(),
): Suite["parallel"] {
  if (parallel === false || shards === 1) return parallel;
  const share = Math.max(1, Math.floor(cores / Math.min(shards, cores)));
  const processes = parallel === "auto" ? share : Math.min(parallel, share);
  return processes === 1 ? false : processes;
}

/**
 * Adds the reports of a suite's shards. A shard without a test is not a fault.
 *
 * @param ran for each shard, the tests that it ran; empty if it had no test.
 * @throws REPORT_CONTRADICTORY when two shards ran the same test, because then another test ran in no shard.
 */
export function mergeEvidence(
  evidence: readonly Evidence[],
  ran: readonly (readonly string[])[],
  name: string,
): Evidence {
  const seen = new Set<string>();
  for (const tests of ran) {
    for (const test of new Set(tests)) {
      if (!seen.has(test)) {
        seen.add(test);
        continue;
      }
      throw new SlipwayError(
        "REPORT_CONTRADICTORY",
        `two shards of ${name} ran the same test, ${test}, so no shard ran some other test`,
        "Make pytest collect the same tests in the same order each time: remove random order and random parameters.",
      );
    }
  }
  const counts = evidence.flatMap(({ tests }) => tests ?? []);
  return { findings: [], ...(counts.length > 0 && { tests: counts.reduce(sum) }) };
}

function sum(one: TestCounts, other: TestCounts): TestCounts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    errored: one.errored + other.errored,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    flaky: [...one.flaky, ...other.flaky],
  };
}

/**
 * Joins the JUnit reports of pytest into one.
 *
 * @returns undefined if one report does not have the expected structure; its reader reports the fault.
 */
export function joinedJunit(reports: readonly string[]): string | undefined {
  const inner = reports.map((text) => /<testsuites\b[^>]*>([\s\S]*)<\/testsuites>\s*$/.exec(text)?.[1]);
  if (inner.length === 0 || inner.includes(undefined)) return undefined;
  return `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests">${inner.join("")}</testsuites>\n`;
}
