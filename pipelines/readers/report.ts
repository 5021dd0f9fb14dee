import type { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";

/**
 * Checks that a report has content, before its format is read.
 *
 * @returns the text without a byte order mark.
 * @throws REPORT_EMPTY when there is only white space.
 */
export function reportText(text: string, file: string): string {
  const content = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (content.trim() === "") {
    throw new SlipwayError(
      "REPORT_EMPTY",
      `${file} has no content`,
      "Read the tool's output for the cause, or run again with more memory or a longer time limit.",
    );
  }
  return content;
}

/**
 * Reads a JSON report and checks it against its schema.
 *
 * @throws REPORT_EMPTY, or REPORT_MALFORMED with the JSON path of the first faults.
 */
export function jsonReport<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const content = reportText(text, file);
  return assertShape(jsonValue(content, file), file, schema);
}

/** Checks a value from a report against a schema; `at` is its place in the file. */
export function assertShape<T>(value: unknown, file: string, schema: z.ZodType<T>, at = "$"): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues
    .slice(0, 3)
    .map((issue) => `${at}${jsonPath(issue.path)}: ${issue.message}`);
  const more = result.error.issues.length - faults.length;
  throw malformed(file, faults.join("; ") + (more > 0 ? `; and ${more} more` : ""));
}

/** Parses JSON. The engine's own message is left out, because it quotes the report, which may contain a secret. */
export function jsonValue(content: string, file: string, at = ""): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw malformed(file, `${at === "" ? "" : `${at}: `}not JSON, or cut off`);
  }
}

/** The error for a report that does not match its format; `fault` begins with the place. */
export function malformed(file: string, fault: string): SlipwayError {
  return new SlipwayError(
    "REPORT_MALFORMED",
    `${file} does not match its format: ${fault}`,
    "Read the tool's output for a crash. If the tool's version is not the pinned one, return to the pinned one.",
  );
}

/** The error for a report that contradicts itself or the tool's exit code. */
export function contradictory(file: string, fault: string, remedy: string): SlipwayError {
  return new SlipwayError("REPORT_CONTRADICTORY", `${file} contradicts itself: ${fault}`, remedy);
}

/**
 * Checks that a tool's exit code and its report agree: 0 exactly if nothing was found.
 *
 * @throws REPORT_CONTRADICTORY.
 */
export function agreeWithExit(found: number, exitCode: number, file: string): void {
  if ((found === 0) === (exitCode === 0)) return;
  throw new SlipwayError(
    "REPORT_CONTRADICTORY",
    `${file} has ${found === 0 ? "no finding" : `findings (${found})`}, but the tool ended with exit code ${exitCode}`,
    "Read the tool's output. Remove any option that changes its exit code, such as exit-zero or fail-under.",
  );
}

function jsonPath(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
}
