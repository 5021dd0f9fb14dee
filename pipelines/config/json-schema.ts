import { z } from "zod";

import { schema } from "./schema.ts";

/**
 * Builds the JSON Schema of slipway.yaml from the schema that reads it. It is draft 7, which editors support best.
 */
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
