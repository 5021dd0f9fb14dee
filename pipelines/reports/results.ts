import type { MergedFinding } from "#pipelines/findings/merge.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";

/** What the reports of a run tell of. */
export interface Results {
  readonly verdict: Verdict;
  /** Each problem once. */
  readonly findings: readonly MergedFinding[];
  readonly sarif: string;
  /** Where the source lies in the one that was handed over; `.` where it is that. */
  readonly root: string;
  readonly services: readonly Pick<PlannedService, "name" | "path">[];
  /** What a merge needs, in a run of several shards. */
  readonly shard?: ShardRecord;
}
