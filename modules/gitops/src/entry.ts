import type { Container } from "@dagger.io/dagger";
import { codedError } from "./errors.ts";

const environmentForm = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** In characters: an entry is a few lines, and a reader takes no larger one. */
const longest = 60_000;

/**
 * Gives a container an entry of the record, for a script that numbers it. Fails with ARGUMENT_INVALID on text that is no
 * JSON object with the name of its environment, or has a key that the script writes.
 */
export function withEntry(container: Container, text: string): Container {
  const entry = parsed(text);
  const environment = entry?.environment;
  const isEntry =
    entry !== undefined &&
    typeof environment === "string" &&
    environmentForm.test(environment) &&
    !["number", "previous", "recorded"].some((key) => Object.hasOwn(entry, key)) &&
    text.length <= longest;
  if (!isEntry) {
    throw codedError(
      "ARGUMENT_INVALID",
      "entry: it is not a JSON object with the key environment, or it has one of number, previous and recorded",
      `Set it as in {"environment": "production", …}, with ${longest} characters at most.`,
    );
  }
  // Without its first brace: the script writes its own keys before.
  const rest = JSON.stringify(entry, undefined, 2).replace(/^\{\n/, "");
  return container
    .withNewFile("/slipway/environment", environment)
    .withNewFile("/slipway/entry", `${rest}\n`);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
