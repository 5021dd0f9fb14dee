import { z } from "zod";
import { mostShards } from "./shard.ts";

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const percent = z.number().min(0).max(100);
const names = z.array(z.string());

/** The identity of a check in summary.json. */
export const checkIdShape = {
  kind: z.string().describe("The kind of check, such as lint, test, image, files or scan."),
  service: z.string().optional().describe("The service. Absent for the whole repository."),
  subject: z.string().optional().describe("The tool, folder or suite, if there are several."),
};

const run = z
  .object({
    of: z.int().min(1).max(mostShards).describe("The number of shards."),
    slipway: z.string().describe("Slipway's version."),
    source: digest.describe("The digest of the source's paths and contents."),
    plan: digest.describe(
      "The digest of the configuration, the arguments of the call, and the plan for the source.",
    ),
    units: names.describe(
      "The units that the shards split, in order: services, and checks of the whole source.",
    ),
    root: z.string().optional().describe("The folder of the source's root inside the passed source."),
    services: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        coverage: z
          .string()
          .optional()
          .describe("The check that has its coverage, if the service is tested."),
      }),
    ),
    faults: z.array(z.object(checkIdShape)).describe("The checks that could not be planned."),
    base: z.object({ name: z.string(), from: z.string().optional(), root: z.string() }).optional(),
    gates: z.object({
      totalCoverage: percent.optional(),
      changedCoverage: percent.optional(),
      coverageDrop: percent.optional(),
    }),
  })
  .describe("The same in every shard of a run.");

/** The additional part of a shard's `summary.json`: the data for a merge of all shards. */
export const shardSchema = z.object({
  index: z.int().min(1).describe("The number of this shard, from 1."),
  run,
  units: names.describe("The units that this shard carried out."),
  places: z.array(z.tuple([count, count])).describe("The position of each check in a run without shards."),
  deferred: names.describe("The checks that need the results of all shards."),
  waivers: z.object({ unused: names, broken: names, unread: names }),
  notes: names.describe("Further notes on the whole run, one sentence each."),
  images: z
    .array(z.object({ name: z.string(), digest: z.string() }))
    .describe("The checked images, for the bump."),
});

export type ShardRecord = z.infer<typeof shardSchema>;
