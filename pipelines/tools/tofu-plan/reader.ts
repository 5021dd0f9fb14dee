import { z } from "zod";
import { assertShape, contradictory, jsonValue, malformed, reportText } from "#pipelines/readers/report.ts";

const event = z.object({ type: z.string().optional() });

const actions = [
  "noop",
  "move",
  "import",
  "read",
  "create",
  "update",
  "replace",
  "delete",
  "remove",
] as const;

const planned = z.object({
  change: z.object({ resource: z.object({ addr: z.string().min(1) }), action: z.enum(actions) }),
});

const count = z.int().min(0);

const counted = z.object({
  changes: z.object({ add: count, change: count, remove: count, operation: z.literal("plan") }),
});

const outputs = z.object({ outputs: z.record(z.string(), z.object({ action: z.enum(actions) })) });

/** The changes of a plan: the addresses of resources, by their action. */
export interface PlanSummary {
  readonly create: readonly string[];
  readonly update: readonly string[];
  readonly replace: readonly string[];
  readonly delete: readonly string[];
  /** The resources that stay but are no longer managed. */
  readonly forget: readonly string[];
  /** The names of outputs that change. */
  readonly outputs: readonly string[];
}

/**
 * Reads a plan as `tofu plan -json-into` writes it, one event a line. Unlike the JSON of the plan itself, it
 * contains addresses and no values.
 *
 * @param text the events.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also when it ends before the count of the changes; REPORT_CONTRADICTORY
 *   when that count does not match the changes.
 * @see https://opentofu.org/docs/internals/machine-readable-ui/
 */
export function readTofuPlan(text: string, file: string): PlanSummary {
  const events = reportText(text, file)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => eventOf(line, file, `line ${index + 1}`));
  const of = <Value>(type: string, schema: z.ZodType<Value>): Value[] =>
    events
      .filter((each) => each.type === type)
      .map(({ value, at }) => assertShape(value, file, schema, `${at}: $`));
  const changes = of("planned_change", planned).map(({ change }) => change);
  const addresses = (...wanted: readonly (typeof actions)[number][]) =>
    changes.filter(({ action }) => wanted.includes(action)).map(({ resource }) => resource.addr);
  const summary: PlanSummary = {
    create: addresses("create"),
    update: addresses("update"),
    replace: addresses("replace"),
    delete: addresses("delete"),
    forget: addresses("remove"),
    outputs: of("outputs", outputs).flatMap((each) =>
      Object.entries(each.outputs)
        .filter(([, { action }]) => action !== "noop")
        .map(([name]) => name),
    ),
  };
  const [total] = of("change_summary", counted);
  if (total === undefined) throw malformed(file, "cut off before the count of the changes");
  const { add, change, remove } = total.changes;
  const { create, update, replace, delete: removed } = summary;
  const listed = [create.length + replace.length, update.length, removed.length + replace.length];
  // A resource that is forgotten and created again is counted, but listed as no-op. An ephemeral resource is also
  // listed as no-op, but not counted.
  const unlisted = Math.min(Math.max(0, add - (listed[0] ?? 0)), addresses("noop").length);
  if (listed.join() !== [add - unlisted, change, remove].join()) {
    throw contradictory(
      file,
      `it counts ${add} to add, ${change} to change and ${remove} to destroy, but lists ${listed.join(", ")}`,
      "Read the tool's output. If the tool's version is not the pinned one, return to the pinned one.",
    );
  }
  return summary;
}

function eventOf(line: string, file: string, at: string) {
  const value = jsonValue(line, file, at);
  return { type: assertShape(value, file, event, `${at}: $`).type, value, at };
}
