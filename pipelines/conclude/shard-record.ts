import { createHash } from "node:crypto";
import type { File } from "@dagger.io/dagger";
import type { ImageResult } from "#pipelines/checks/image/image.ts";
import { unitsOf } from "#pipelines/checks/units.ts";
import { largestReport } from "#pipelines/dagger/report-file.ts";
import { sourceDigest } from "#pipelines/dagger/source-digest.ts";
import { checkName } from "#pipelines/findings/check-id.ts";
import { coverageCheckOf } from "#pipelines/plan/suites.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import type { Shard } from "#pipelines/shards/shard.ts";
import { serviceUnit } from "#pipelines/shards/unit.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import { version } from "#pipelines/version.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { WaiverNotes } from "./waiver-notes.ts";

/** The run of one shard. */
export interface ShardRun {
  readonly shard: Shard;
  /** Its checks, stage by stage in the order of the pipeline. */
  readonly stages: readonly (readonly CheckResult[])[];
  readonly images: readonly ImageResult[];
  readonly waivers: WaiverNotes;
  /** Further notes about the whole run. */
  readonly notes: readonly string[];
}

/** Records the data of a shard for the merge, and the facts that identify the shards of one run. */
export async function shardRecord(
  workspace: Workspace,
  { shard, stages, images, waivers, notes }: ShardRun,
): Promise<ShardRecord> {
  const { plan, config, gates, units, root } = workspace;
  const all = unitsOf(plan, config).map(({ name }) => name);
  const { totalCoverage, changedCoverage, coverageDrop } = gates;
  return {
    index: shard.index,
    run: {
      of: shard.of,
      slipway: version,
      source: await sourceDigest(workspace.source, workspace.pythonImage(plan.services[0]?.python)),
      plan: await planDigest(workspace),
      units: all,
      ...(root !== "." && { root }),
      services: plan.services.map((service) => {
        const coverage = coverageCheckOf(service);
        return {
          name: service.name,
          path: service.path,
          ...(coverage !== undefined && { coverage }),
        };
      }),
      faults: plan.faults.map(({ id }) => ({ ...id })),
      ...(await baseIn(workspace)),
      gates: {
        ...(totalCoverage !== undefined && { totalCoverage }),
        ...(changedCoverage !== undefined && { changedCoverage }),
        ...(coverageDrop !== undefined && { coverageDrop }),
      },
    },
    units: all.filter((name) => units === undefined || units.has(name)),
    places: placesOf(stages, all),
    deferred: stages.flat().flatMap(({ check, isDeferred }) => (isDeferred ? [check.name] : [])),
    waivers: {
      unused: [...waivers.unused],
      broken: [...waivers.broken],
      unread: [...waivers.unread],
    },
    notes: [...notes],
    images: images.flatMap(({ checked }) => (checked === undefined ? [] : [{ ...checked }])),
  };
}

/**
 * Finds the place of each check in an unsplit run: its stage, and the place of its service among all units. Checks
 * that belong to no service come last. The checks of one place come from one shard, in their order.
 */
export function placesOf(
  stages: readonly (readonly Pick<CheckResult, "check">[])[],
  units: readonly string[],
): [number, number][] {
  return stages.flatMap((stage, at) =>
    stage.map(({ check }): [number, number] => {
      const { service } = check;
      const unit = service === undefined ? -1 : units.indexOf(serviceUnit({ name: service }));
      return [at, unit < 0 ? units.length : unit];
    }),
  );
}

async function baseIn({ base, root }: Workspace): Promise<Pick<ShardRecord["run"], "base">> {
  if (base === undefined) return {};
  // The check that compares with the base reports why it could not be found.
  const found = await base.mergeBase().catch(() => undefined);
  return { base: { name: base.name, ...(found !== undefined && { from: found.from }), root } };
}

async function planDigest({ config, plan, request, baselineRef: ref }: Workspace): Promise<string> {
  const { config: file, service, base, today, baseline, baseCoverage, previousSboms = [] } = request;
  const known = ref && [ref.name, (await ref.mergeBase().catch(() => undefined))?.from];
  const faults = plan.faults.map(({ id, error }) => [checkName(id), error.message]);
  const handed = await Promise.all([baseline, baseCoverage, ...previousSboms].map(contentOf));
  return digestOf(JSON.stringify([config, { ...plan, faults }, file, service, base, today, handed, known]));
}

/** The digest of a file's content. If the file is too large, its reader reports that. */
async function contentOf(file: File | undefined): Promise<string | null> {
  if (file === undefined || (await file.size()) > largestReport) return null;
  return digestOf(await file.contents());
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
