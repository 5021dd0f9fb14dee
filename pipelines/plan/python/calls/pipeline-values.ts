import { z } from "zod";
import { commandsIn } from "./command-line.ts";

/** Text, also where YAML reads a number. */
export const text = z.coerce.string();

/** A map of names to text, as pipelines have it for variables. One without a value is empty text. */
export const texts = z.record(z.string(), z.unknown()).transform((all) =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => {
      const known = value ?? "";
      return typeof known === "object" ? [] : [[name, String(known)] as const];
    }),
  ),
);

/** A command, as one line or as its words. */
export const words = z.union([
  z.string().transform((line) => commandsIn(line)[0]?.words ?? []),
  z.array(text),
]);

/** A key whose value counts only where it has its form. */
export function loose<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

/** The entries of a map; none for any other value. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** A map; an empty one for any other value. */
export const table = z.record(z.string(), z.unknown()).catch({});
