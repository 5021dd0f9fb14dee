import { codedError, shown } from "./errors.ts";

/** A name and its value. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** Reads NAME=VALUE. Fails with ARGUMENT_INVALID without a name. */
export function pair(text: string, what: string): Pair {
  const at = text.indexOf("=");
  if (at > 0) return { name: text.slice(0, at), value: text.slice(at + 1) };
  throw codedError("ARGUMENT_INVALID", `the ${what} ${shown(text)} has no name`, "Write it as NAME=VALUE.");
}

/** Reads an annotation. Fails with ARGUMENT_INVALID without a value, or with a name that a manifest must not have. */
export function annotation(text: string): Pair {
  const read = pair(text, "annotation");
  if (/^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}$/.test(read.name) && read.value !== "") return read;
  throw codedError(
    "ARGUMENT_INVALID",
    `the annotation ${shown(text)} has an invalid name or no value`,
    "Write it as in org.opencontainers.image.title=orders. A name has letters, digits, '.', '_', '-' and '/'.",
  );
}
