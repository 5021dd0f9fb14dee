import type { z } from "zod";
import { plain, quote } from "#pipelines/text/quote.ts";
import type { Document, TextPlace } from "#pipelines/yaml/document.ts";
import type { Path } from "#pipelines/yaml/node.ts";
import { suggestion } from "./suggestion.ts";

/** One invalid part of slipway.yaml, and its place. */
export interface Fault extends TextPlace {
  /** The path from the top to the value: `services.orders.test.args[0]`; empty for the document itself. */
  readonly path: string;
  /** The value that was found: a short clause. */
  readonly found: string;
  /** The values that are allowed; absent if the YAML itself is invalid. */
  readonly allowed?: string;
  /** The key that the author most likely meant. */
  readonly suggestion?: string;
}

/**
 * The most issues, and unknown keys of one map, whose places are looked up: each look-up walks the document's maps.
 */
const mostPlaced = 500;

/** Turns the issues of the schema into faults with their places. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], document: Document): readonly Fault[] {
  const faults = issues.slice(0, mostPlaced).flatMap((issue) => issueFaults(issue, [], document));
  const once = new Map(faults.map((fault) => [`${fault.path}\n${fault.allowed}\n${fault.found}`, fault]));
  return [...once.values()];
}

/** Writes a fault as one line, as compilers do: `slipway.yaml:3:5: gates.coverage: found 101; allowed: …`. */
export function formatFault(fault: Fault, file: string): string {
  const place = `${plain(file)}:${fault.line}:${fault.column}`;
  const path = fault.path === "" ? "" : `${fault.path}: `;
  const meant = fault.suggestion === undefined ? "" : `; did you mean ${fault.suggestion}?`;
  const allowed = fault.allowed === undefined ? "" : `; allowed: ${fault.allowed}`;
  return `${place}: ${path}${fault.found}${meant}${allowed}`;
}

function issueFaults(issue: z.core.$ZodIssue, above: Path, document: Document): readonly Fault[] {
  const path = [...above, ...issue.path.map(step)];
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.filter((key) => key !== "__proto__").slice(0, mostPlaced);
    return keys.map((key) => unknownKey(key, path, issue.message, document));
  }
  if (issue.code === "invalid_key") {
    const allowed = issue.issues[0]?.message ?? issue.message;
    const found = `found the name ${quote(String(path.at(-1) ?? ""))}`;
    return [{ ...document.placeOfKey(path), path: formatPath(path), found, allowed }];
  }
  const branch = issue.code === "invalid_union" ? issue.errors.find(reachesInside) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => issueFaults(inner, path, document));
  const value = valueAt(document.value, path);
  const found = `found ${describe(value, path)}${wantsText(issue, value) ? " (put text in quotes)" : ""}`;
  return [{ ...document.placeOf(path), path: formatPath(path), found, allowed: issue.message }];
}

/**
 * Whether the issues of one allowed form lie inside the value. If so, the value has that form's kind, so the author
 * most likely meant that form.
 */
function reachesInside(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.every(({ code, path }) => path.length > 0 || code === "unrecognized_keys");
}

function unknownKey(key: string, above: Path, allowed: string, document: Document): Fault {
  const path = [...above, key];
  const meant = suggestion(key, allowed.split(", "));
  const fault = { ...document.placeOfKey(path), path: formatPath(path), found: "unknown key", allowed };
  return meant === undefined ? fault : { ...fault, suggestion: meant };
}

function step(key: PropertyKey): string | number {
  return typeof key === "number" ? key : String(key);
}

/** Writes a path as in a program: `services.orders.test.args[0]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[\w-]{1,80}$/.test(part)) return `[${quote(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => {
    const owned = typeof inner === "object" && inner !== null && Object.hasOwn(inner, key);
    return owned ? Object.getOwnPropertyDescriptor(inner, key)?.value : undefined;
  }, value);
}

/** Describes a value. Values of variables and arguments are not shown: one may be a secret in the wrong place. */
function describe(value: unknown, path: Path): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a map";
  const hidden = path.includes("env") || path.includes("args");
  if (typeof value === "string") return hidden ? "text" : quote(value);
  return hidden ? `a ${typeof value}` : `the ${typeof value} ${String(value)}`;
}

/** YAML reads 3.10 and 5432 as numbers and true as a boolean, where the author may have meant text. */
function wantsText(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (typeof value !== "number" && typeof value !== "boolean") return false;
  if (issue.code === "invalid_type") return issue.expected === "string";
  return issue.code === "invalid_value" && issue.values.every((one) => typeof one === "string");
}
