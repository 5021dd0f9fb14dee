import { z } from "zod";
import { environmentName } from "#pipelines/config/environments.ts";
import type { Fixed } from "#pipelines/text/fixed.ts";

const line = z
  .string()
  .regex(/^[^\p{Cc}]*$/u)
  .max(4000);
const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const time = z.iso.datetime();
const image = { name: line, tag: line.optional() };

/** An image that a step set, and the digest that it replaced; absent: it had none. */
const change = z.strictObject({ ...image, digest, before: digest.optional() });

/** What was asked of an image before it was set, and passed. */
const evidence = z.strictObject({ image: line, checks: z.array(line) });

/** Keys that the script which appends an entry writes. */
const chained = {
  number: z.int().min(1),
  /** The sha256 of the entry before it in the same environment; empty in the first one. */
  previous: z.string().regex(/^(?:[0-9a-f]{64})?$/),
  recorded: time,
};

const common = {
  version: z.literal(1),
  slipway: line,
  environment: environmentName,
  /** The branch of the GitOps repository with the environment. */
  branch: line,
  started: time,
  by: line.optional(),
};

const setting = { images: z.array(change).min(1), evidence: z.array(evidence), reason: line.optional() };

const promotion = z.strictObject({
  ...common,
  step: z.literal("promotion"),
  ...setting,
  from: z.strictObject({ environment: environmentName, commit }),
  source: z.strictObject({ commit, time }),
  resumed: z.boolean(),
});

const rollback = z.strictObject({
  ...common,
  step: z.literal("rollback"),
  ...setting,
  target: commit,
  undoes: commit,
});

const arrival = z.strictObject({
  ...common,
  step: z.literal("arrival"),
  outcome: z.enum(["passed", "failed", "errored"]),
  /** The commit of the GitOps repository that was waited for. */
  commit,
  images: z.array(z.strictObject({ ...image, digest: digest.optional() })),
  applications: z.array(z.strictObject({ name: line, revision: commit })),
  seconds: z.number().min(0),
  why: line.optional(),
});

const number = z.number();

const confirmation = z.strictObject({
  ...common,
  step: z.literal("confirmation"),
  outcome: z.enum(["passed", "failed", "errored"]),
  commit,
  images: z.array(z.strictObject({ ...image, digest: digest.optional() })),
  queries: z.array(
    z.strictObject({
      name: line,
      prometheus: line,
      query: line,
      max: number.optional(),
      min: number.optional(),
      minSamples: z.int().min(1),
      outcome: z.enum(["passed", "failed", "errored"]),
      samples: z.int().min(0),
      lowest: number.optional(),
      highest: number.optional(),
      why: line.optional(),
    }),
  ),
  seconds: z.number().min(0),
  why: line.optional(),
});

const hold = z.strictObject({
  ...common,
  step: z.literal("hold"),
  reason: line,
  /** When it ends by itself; absent: never. */
  until: time.optional(),
});

const resume = z.strictObject({ ...common, step: z.literal("resume"), reason: line });

const steps = [promotion, rollback, arrival, confirmation, hold, resume] as const;

/** The form of what a step leaves behind. */
export const factsSchema = z.discriminatedUnion("step", [...steps]);

/** What a step of a delivery leaves behind. */
export type Facts = Fixed<z.output<(typeof steps)[number]>>;

/** The facts of one kind of step, without what `factsText` adds. */
export type FactsOf<Step extends Facts["step"]> = Omit<
  Extract<Facts, { readonly step: Step }>,
  "version" | "slipway" | "step" | "started"
>;

/** An entry of the record: the facts, and its place in the chain. */
export const entrySchema = z.discriminatedUnion("step", [
  promotion.extend(chained),
  rollback.extend(chained),
  arrival.extend(chained),
  confirmation.extend(chained),
  hold.extend(chained),
  resume.extend(chained),
]);

/** An entry of the record. */
export type Entry = Fixed<z.output<typeof entrySchema>>;
