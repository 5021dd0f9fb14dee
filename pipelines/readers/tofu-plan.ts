import { z } from "zod";
import { jsonReport } from "./report.ts";

const action = z.enum(["no-op", "create", "read", "update", "delete", "forget", "open"]);

const report = z.object({
  format_version: z.string().regex(/^1\./),
  errored: z.boolean().optional(),
  resource_changes: z
    .array(
      z.object({ address: z.string().min(1), change: z.object({ actions: z.array(action).min(1).max(2) }) }),
    )
    .nullish(),
  output_changes: z.record(z.string(), z.object({ actions: z.array(action).min(1).max(2) })).nullish(),
});

/** What a plan would do: the addresses of resources by what becomes of them. Values are left out, for they may be secret. */
export interface PlanSummary {
  readonly create: readonly string[];
  readonly update: readonly string[];
  readonly replace: readonly string[];
  readonly delete: readonly string[];
  /** The names of outputs that change. */
  readonly outputs: readonly string[];
}

/**
 * Reads a plan as `tofu show -json` writes it.
 *
 * @param text the plan.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for another version of the format.
 * @see https://opentofu.org/docs/internals/json-format/#plan-representation
 */
export function readTofuPlan(text: string, file: string): PlanSummary {
  const { resource_changes, output_changes } = jsonReport(text, file, report);
  const addresses = (...wanted: readonly string[]) =>
    (resource_changes ?? [])
      .filter(({ change }) => wanted.includes(change.actions.join("+")))
      .map(({ address }) => address);
  return {
    create: addresses("create"),
    update: addresses("update"),
    replace: addresses("delete+create", "create+delete"),
    delete: addresses("delete", "forget"),
    outputs: Object.entries(output_changes ?? {})
      .filter(([, { actions }]) => !actions.includes("no-op"))
      .map(([name]) => name),
  };
}
