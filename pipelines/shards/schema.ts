import { z } from "zod";
import { mostShards } from "./shard.ts";

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const percent = z.number().min(0).max(100);
const names = z.array(z.string());

/** What a check is of, as summary.json has it. */
export const checkIdShape = {
  kind: z.string().describe("What sort of check it is: lint, test, image, files, scan."),
  service: z.string().optional().describe("The service; absent for the whole repository."),
  subject: z.string().optional().describe("The tool, folder or suite, where there are several."),
};

const run = z
  .object({
    of: z.int().min(1).max(mostShards).describe("How many shards there are."),
    slipway: z.string().describe("Slipway's version."),
    source: digest.describe("Of the paths and contents of the source."),
    plan: digest.describe(
      "Of the configuration, the arguments of the call, and what is planned for the source.",
    ),
    units: names.describe("What there was to split, in order: services, and checks of the whole source."),
    root: z.string().optional().describe("Where the source's root lies in what was handed over."),
    services: z.array(
      z.object({
        name: z.string(),
        path: z.string(),
        coverage: z.string().optional().describe("The check that bears its coverage, where it is tested."),
      }),
    ),
    faults: z
      .array(z.object(checkIdShape))
      .describe("The checks that could not be planned, each by what it is of."),
    base: z.object({ name: z.string(), from: z.string().optional(), root: z.string() }).optional(),
    gates: z.object({
      totalCoverage: percent.optional(),
      changedCoverage: percent.optional(),
      coverageDrop: percent.optional(),
    }),
  })
  .describe("The same in every shard of a run.");

/** What `summary.json` holds besides in a shard: what a merge of all shards needs. */
export const shardSchema = z.object({
  index: z.int().min(1).describe("Which of the shards this is, from 1 on."),
  run,
  units: names.describe("What this shard carried out."),
  places: z.array(z.tuple([count, count])).describe("Where each check stands in a run that is not split."),
  deferred: names.describe("The checks that only all shards together can be judged by."),
  waivers: z.object({ unused: names, broken: names, unread: names }),
  notes: names.describe("What else there is to say of the whole run, a sentence each."),
  images: z
    .array(z.object({ name: z.string(), digest: z.string() }))
    .describe("The images that were checked, for the bump."),
});

export type ShardRecord = z.infer<typeof shardSchema>;
