import { z } from "zod";

import { schema } from "./schema.ts";

/** Makes the JSON Schema (draft 7, the one that editors know best) of slipway.yaml from the schema that reads it. */
export function jsonSchema() {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  return {
    $schema,
    $id: "slipway.schema.json",
    title: "slipway.yaml",
    description: "What Slipway checks, builds and releases, and what it asks for.",
    ...rest,
    anyOf: [{ not: { required: ["root"] } }, { propertyNames: { enum: ["version", "root"] } }],
  };
}
