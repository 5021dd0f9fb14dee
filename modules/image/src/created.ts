import { codedError, shown } from "./errors.ts";

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** Reads a time in UTC. Fails with ARGUMENT_INVALID on any other form. */
export function createdAt(text: string): string {
  if (form.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw codedError(
    "ARGUMENT_INVALID",
    `created: ${shown(text)} is not a time in UTC`,
    "Set it to the commit's time in UTC, as in 2026-01-02T03:04:05Z.",
  );
}
