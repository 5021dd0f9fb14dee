import { z } from "zod";

import { schema } from "./schema.ts";

/** Makes the JSON Schema (draft 7, the one that editors know best) of slipway.yaml from the schema that reads it. */
export function jsonSchema() {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  return {
    $schema,
    title: "slipway.yaml",
    description: "The settings of Slipway: services, gates, checks, images and releases.",
    ...rest,
    anyOf: [{ not: { required: ["root"] } }, { propertyNames: { enum: ["version", "root"] } }],
  };
}
