import type { MergedFinding } from "#pipelines/findings/merge.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";

/** The content of a run's reports. */
export interface Results {
  readonly verdict: Verdict;
  /** Each problem once. */
  readonly findings: readonly MergedFinding[];
  readonly sarif: string;
  /** The folder of the source in the passed one; `.` if it is the same. */
  readonly root: string;
  readonly services: readonly Pick<PlannedService, "name" | "path">[];
  /** The data for a merge, in a run of several shards. */
  readonly shard?: ShardRecord;
}
