import { z } from "zod";
import { jsonSchema } from "#pipelines/config/json-schema.ts";

interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly deprecated?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    default: z.unknown().optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    deprecated: z.boolean().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  }),
);

/** Writes the reference of slipway.yaml, with one row for each key, in the words of the schema. */
export function configPage(): string {
  const { properties = {} } = schema.parse(jsonSchema());
  const sections = Object.entries(properties)
    .filter(([, one]) => one.deprecated !== true)
    .map(([name, one]) => section(name, one));
  return [
    "# slipway.yaml",
    "",
    "Generated from the schema by `npm run generate`. The file is optional: without it, Slipway finds the services in the source.",
    "NAME stands for a name of your own, `[]` for each item of a list. A duration is a whole number with s, m, h or d, as in 30s or 7d.",
    "Slipway refuses a file with faults, and names each fault with its line.",
    "",
    ...sections,
  ].join("\n");
}

function section(name: string, one: Schema): string {
  const rows = below(name, one).map(
    ({ path, isRequired, schema: { description = "", default: usual, ...shape } }) =>
      `| \`${path}\` | ${cell(kind(shape))} | ${usual === undefined ? (isRequired ? "required" : "") : cell(`\`${JSON.stringify(usual)}\``)} | ${cell(description)} |`,
  );
  return [
    `## ${name}`,
    "",
    "| key | value | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

interface Key {
  readonly path: string;
  /** Whether the section that has the key must set it. */
  readonly isRequired: boolean;
  readonly schema: Schema;
}

/** Lists a key and all keys below it, for every form of the value. */
function below(path: string, one: Schema, isRequired = false): Key[] {
  return [{ path, isRequired, schema: one }, ...inner(path, one)];
}

function inner(path: string, one: Schema): Key[] {
  const named = Object.entries(one.properties ?? {}).flatMap(([key, child]) =>
    below(`${path}.${key}`, child, one.required?.includes(key)),
  );
  const any =
    typeof one.additionalProperties === "object" ? inner(`${path}.NAME`, one.additionalProperties) : [];
  const items = one.items ? inner(`${path}[]`, one.items) : [];
  const forms = (one.anyOf ?? []).flatMap((form) => inner(path, form));
  const all = [...named, ...any, ...items, ...forms];
  return all.filter(({ path: own }, at) => all.findIndex((other) => other.path === own) === at);
}

function kind(one: Schema): string {
  if (one.const !== undefined) return `\`${JSON.stringify(one.const)}\``;
  if (one.enum) return one.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (one.anyOf) return [...new Set(one.anyOf.map(kind))].join(" or ");
  if (one.items) return `list of ${kind(one.items)}`;
  if (one.properties) return "mapping";
  if (one.type === "object") {
    return typeof one.additionalProperties === "object"
      ? `mapping of names to ${kind(one.additionalProperties)}`
      : "mapping";
  }
  const bounds =
    one.minimum === undefined && one.maximum === undefined
      ? ""
      : ` ${one.minimum ?? ""}–${one.maximum ?? ""}`;
  return `${String(one.type ?? "any")}${bounds}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
