import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Check } from "#pipelines/findings/evidence.ts";
import { writeSummary } from "#pipelines/reports/summary-json.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import { shardVerdict } from "#pipelines/verdict/verdict.ts";
import { version } from "#pipelines/version.ts";
import { check } from "../samples.ts";

/** A shard's reports, before they are written. */
export interface Sample {
  readonly record: ShardRecord;
  readonly checks: readonly Check[];
}

export const skippedCheck = (name: string, text: string) =>
  check({ name, outcome: "skipped", reasons: [{ text }], seconds: 0 });

const run: ShardRecord["run"] = {
  of: 2,
  slipway: version,
  source: "a".repeat(64),
  plan: "b".repeat(64),
  units: ["service orders", "service web", "source", "totals", "bump"],
  services: [
    { name: "orders", path: "services/orders", coverage: "orders/test" },
    { name: "web", path: "services/web", coverage: "web/test" },
  ],
  faults: [],
  gates: {},
};

/** A run of two shards that passes: each tests a service, and what all are judged by is in the first. */
export function twoShards(more: Partial<ShardRecord["run"]> = {}): readonly [Sample, Sample] {
  const common = { ...run, ...more };
  const shared = { run: common, waivers: { unused: [], broken: [], unread: [] }, notes: [], images: [] };
  return [
    {
      record: {
        ...shared,
        index: 1,
        units: ["service orders", "source", "totals"],
        places: [
          [0, 5],
          [1, 0],
          [2, 0],
        ],
        deferred: [],
      },
      checks: [
        check({ name: "source" }),
        check({ name: "orders/ruff", reports: ["orders/ruff/ruff.json"] }),
        check({ name: "orders/test" }),
      ],
    },
    {
      record: {
        ...shared,
        index: 2,
        units: ["service web", "bump"],
        places: [
          [1, 1],
          [2, 1],
          [3, 5],
        ],
        deferred: ["bump/k8s"],
      },
      checks: [
        check({ name: "web/ruff" }),
        check({ name: "web/test" }),
        skippedCheck("bump/k8s", "not judged in a shard; merge-reports gives the verdict"),
      ],
    },
  ];
}

/** The summary.json of a shard. */
export function summaryText({ record, checks }: Sample): string {
  return writeSummary(shardVerdict(checks, [], record), record);
}

/** Writes shards to a new folder, one folder each, with a file for each report. */
export async function written(shards: Readonly<Record<string, Sample>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "slipway-shards-"));
  for (const [folder, shard] of Object.entries(shards)) {
    await put(join(root, folder, "summary.json"), summaryText(shard));
    for (const path of shard.checks.flatMap(({ reports }) => reports))
      await put(join(root, folder, path), "");
  }
  return root;
}

export async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
