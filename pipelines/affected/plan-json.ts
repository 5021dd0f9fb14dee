import { z } from "zod";
import { plainJson } from "#pipelines/text/json.ts";
import { affectedReasons } from "./reason.ts";
import type { AffectedService } from "./services.ts";

const touch = z.object({
  reason: z.enum(affectedReasons),
  path: z.string().optional().describe("The first changed file that affects it, relative to the repository."),
  files: z.int().min(0).describe("How many files affect it for this reason."),
});

const service = z.object({
  name: z.string(),
  path: z.string().describe("Its folder, relative to slipway.yaml."),
  reasons: z.array(touch).min(1),
});

/**
 * The result of `plan`. `version` grows by one when a reader of the former version could misread the file; new
 * fields alone do not change it.
 */
export const planSchema = z
  .object({
    version: z.literal(1),
    base: z
      .string()
      .optional()
      .describe("The base that the source was compared with. Absent without a base."),
    services: z.array(service).describe("The services that need a check, in a form for a matrix."),
    all: z.boolean().describe("Whether the list contains every service."),
    notes: z.array(z.string()).describe("Further notes, one sentence each."),
  })
  .describe("The services that a change affects, and why.");

export type PlanFile = z.infer<typeof planSchema>;

/**
 * Writes the affected services in the shape of `plan`.
 *
 * @param count the number of all services.
 */
export function planFile(
  affected: readonly AffectedService[],
  count: number,
  base?: string,
  notes: readonly string[] = [],
): PlanFile {
  return {
    version: 1,
    ...(base !== undefined && { base }),
    services: affected.map(({ reasons, ...each }) => ({
      ...each,
      reasons: reasons.map((reason) => ({ ...reason })),
    })),
    all: affected.length === count,
    notes: [...notes],
  };
}

/** Writes the plan on one line, as a workflow's output requires. */
export function writePlan(plan: PlanFile): string {
  return plainJson(plan);
}

/** The JSON Schema of the result of `plan`. */
export function planJsonSchema(): object {
  return z.toJSONSchema(planSchema, { io: "input" });
}
