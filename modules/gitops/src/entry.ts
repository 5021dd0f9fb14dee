import type { Container } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";
import { jsonIn } from "./json.ts";

const environmentForm = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** In bytes, as it is written. A reader takes no larger one. */
const largest = 100_000;

/**
 * Gives a container an entry of the record, for a script that numbers it. Fails with ARGUMENT_INVALID on text that is no
 * JSON object with the name of its environment, has a key that the script writes, or is too long.
 *
 * @param known the number of the environment's newest entry that the caller knows; -1: any
 */
export function withEntry(container: Container, text: string, known: number = -1): Container {
  const entry = objectIn(text);
  const environment = entry?.environment;
  const isEntry =
    entry !== undefined &&
    typeof environment === "string" &&
    environmentForm.test(environment) &&
    !["number", "previous", "recorded"].some((key) => Object.hasOwn(entry, key));
  if (!isEntry) {
    throw codedError(
      "ARGUMENT_INVALID",
      "entry: it is not a JSON object with the key environment, or it has one of number, previous and recorded",
      'Set it as in {"environment": "production", …}.',
    );
  }
  // Without its first brace: the script writes its own keys before.
  const rest = JSON.stringify(entry, undefined, 2).replace(/^\{\n/, "");
  const size = Buffer.byteLength(rest);
  if (size > largest) {
    throw codedError(
      "ARGUMENT_INVALID",
      `the entry of the record has ${size} bytes, and one has ${largest} at most`,
      "Set fewer images at once, for instance by `images` of the environment's places.",
    );
  }
  const ready = container
    .withNewFile("/slipway/environment", environment)
    .withNewFile("/slipway/entry", `${rest}\n`);
  return known < 0 ? ready : ready.withNewFile("/slipway/known", String(known));
}

function objectIn(text: string): Record<string, unknown> | undefined {
  const value = jsonIn(text);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
