import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findingsSchema } from "#pipelines/reports/findings-json.ts";
import { type Summary, summarySchema } from "#pipelines/reports/summary-json.ts";

/** What a run came to, without what differs between two runs: times, digests of images, addresses in a test's output. */
export interface Told {
  readonly outcome: Summary["outcome"];
  readonly notes: Summary["notes"];
  /** In their order. */
  readonly checks: readonly Omit<Summary["checks"][number], "seconds" | "start">[];
  /** What findings.json has. */
  readonly findings: readonly unknown[];
}

/** Reads the reports of a run from a folder of this machine. */
export async function toldBy(folder: string): Promise<Told> {
  const text = async (name: string) =>
    (await readFile(join(folder, name), "utf8"))
      .replace(/sha256:[0-9a-f]{64}/g, "sha256:DIGEST")
      .replace(/\b0x[0-9a-f]{6,}/g, "0xADDRESS");
  const { outcome, notes, checks } = summarySchema.parse(JSON.parse(await text("summary.json")));
  const { findings } = findingsSchema.parse(JSON.parse(await text("findings.json")));
  return { outcome, notes, checks: checks.map(({ seconds, start, ...rest }) => rest), findings };
}

/** Leaves the bumps out: shards make none. */
export function withoutBumps(told: Told): Told {
  return { ...told, checks: told.checks.filter(({ name }) => !/^bump\b/.test(name)) };
}
