import { isAlias, isMap, isScalar, type Pair, type YAMLMap } from "yaml";
import { codedError } from "./errors.ts";
import { type Kustomization, place } from "./kustomization.ts";
import { endOf, pairEnd, startOf } from "./node.ts";
import type { ImageRequest } from "./reference.ts";
import { scalarText } from "./scalar.ts";
import { column, lineBreak, lineEnd, lineStart, type Splice } from "./splice.ts";
import { valueSplices } from "./value.ts";

type Field = "name" | "newName" | "newTag" | "digest";

const order: readonly Field[] = ["name", "newName", "newTag", "digest"];

/** An entry of `images:`, and the request for it. */
export interface Entry {
  readonly file: Kustomization;
  readonly map: YAMLMap;
  readonly request: ImageRequest;
  /** The value that an anchored scalar has after all requests. */
  readonly planned: Map<unknown, string>;
}

/**
 * Plans how an entry gets the requested name, tag and digest. If the entry has a tag or digest that the request
 * leaves out, that one goes away. Its line takes the new key if possible, so that its comment stays.
 */
export function entrySplices(entry: Entry): Splice[] {
  const { request } = entry;
  const wanted: Partial<Record<Field, string>> = {
    ...(request.newName === undefined ? {} : { newName: request.newName }),
    ...(request.tag === undefined ? {} : { newTag: request.tag }),
    ...(request.digest === undefined ? {} : { digest: request.digest }),
  };
  const splices: Splice[] = [];
  const replaced = replacement(entry, wanted);
  if (replaced) {
    splices.push(...renamed(entry, replaced.stale, replaced.field, replaced.value));
    if (replaced.superfluous) splices.push(removed(entry, replaced.superfluous));
  }
  for (const field of order) {
    const value = wanted[field];
    if (value === undefined || field === replaced?.field) continue;
    const pair = pairOf(entry.map, field);
    splices.push(...(pair ? valued(entry, pair, value) : [added(entry, field, value)]));
  }
  const stale = staleOf(entry, wanted);
  if (stale && !replaced) splices.push(removed(entry, stale));
  return splices;
}

/** The value of a field as kustomize reads it; an empty one counts as missing. */
export function fieldOf(file: Kustomization, map: YAMLMap, field: Field): string | undefined {
  const node = pairOf(map, field)?.value;
  const scalar = isAlias(node) ? node.resolve(file.document) : node;
  if (!isScalar(scalar) || scalar.value === null || scalar.value === "") return undefined;
  if (typeof scalar.value === "string") return scalar.value;
  throw codedError(
    "KUSTOMIZATION_INVALID",
    `${place(file, startOf(node))}: ${field} is not text: YAML reads it as ${String(scalar.value)}`,
    "Put the value in quotes.",
  );
}

interface Replacement {
  readonly stale: Pair;
  readonly field: Field;
  readonly value: string;
  readonly superfluous?: Pair;
}

// The stale pair is overwritten if the wanted pair does not exist yet, or if the stale pair stands first. Otherwise it is
// removed. The first pair cannot be removed, because the dash stands before it.
function replacement(entry: Entry, wanted: Partial<Record<Field, string>>): Replacement | undefined {
  const stale = staleOf(entry, wanted);
  const field = wanted.newTag === undefined ? "digest" : "newTag";
  const value = wanted[field];
  if (!stale || value === undefined) return undefined;
  const present = pairOf(entry.map, field);
  if (!present) return { stale, field, value };
  return entry.map.items[0] === stale ? { stale, field, value, superfluous: present } : undefined;
}

function staleOf({ file, map }: Entry, wanted: Partial<Record<Field, string>>): Pair | undefined {
  if (wanted.newTag !== undefined && wanted.digest !== undefined) return undefined;
  const field = wanted.newTag === undefined ? "newTag" : "digest";
  return fieldOf(file, map, field) === undefined ? undefined : pairOf(map, field);
}

function pairOf(map: YAMLMap, field: Field): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === field);
}

function valued({ file, planned }: Entry, pair: Pair, value: string): Splice[] {
  const node = pair.value;
  const target = isAlias(node) ? node.resolve(file.document) : node;
  const splices = valueSplices(file.text, node, target, value, planned);
  if (splices) return splices;
  throw codedError(
    "KUSTOMIZATION_INVALID",
    `${place(file, startOf(node))}: the value is not on one line`,
    "Write the value on one line, in quotes.",
  );
}

function renamed(entry: Entry, pair: Pair, field: Field, value: string): Splice[] {
  const key = pair.key;
  const start = startOf(key);
  const text = isScalar(key) ? scalarText(field, key.type) : field;
  return [{ start, end: endOf(key), text }, ...valued(entry, pair, value)];
}

function added({ file, map }: Entry, field: Field, value: string): Splice {
  const earlier = order.slice(0, order.indexOf(field)).map((name) => pairOf(map, name));
  const after = earlier.findLast((pair) => pair !== undefined);
  const end = pairEnd(after);
  const key = after?.key;
  const style = isScalar(key) ? key.type : null;
  if (map.flow) {
    const text = `, ${scalarText(field, style)}: ${scalarText(value, style)}`;
    return { start: end, end, text };
  }
  const indent = " ".repeat(column(file.text, startOf(key)));
  const text = `${lineBreak(file.text, end)}${indent}${field}: ${scalarText(value, null)}`;
  const start = lineEnd(file.text, end);
  return { start, end: start, text };
}

function removed({ file, map }: Entry, pair: Pair): Splice {
  const previous = map.items[map.items.indexOf(pair) - 1];
  const keyStart = startOf(pair.key);
  const valueEnd = pairEnd(pair);
  const from = previous ? pairEnd(previous) : keyStart;
  const { text } = file;
  if (map.flow) {
    if (/^[\s,]*$/.test(text.slice(from, keyStart))) return { start: from, end: valueEnd, text: "" };
  } else if (/^ *$/.test(text.slice(lineStart(text, keyStart), keyStart))) {
    const end = lineEnd(text, valueEnd);
    const comment = /^[ \t]+(?=#)/.exec(text.slice(valueEnd, end));
    if (comment) return { start: keyStart, end: valueEnd + comment[0].length, text: "" };
    const line = lineStart(text, keyStart);
    return { start: lineEnd(text, line), end, text: "" };
  }
  throw codedError(
    "KUSTOMIZATION_INVALID",
    `${place(file, keyStart)}: this field must be removed, and it shares its line with other text`,
    "Write each field of the entry on a line of its own, then run the call again.",
  );
}

/** Says whether an entry is a mapping with its own keys only. The parser represents a merge key as a symbol. */
export function isOwnMap(node: unknown): node is YAMLMap {
  return isMap(node) && node.items.every((pair) => isScalar(pair.key) && typeof pair.key.value === "string");
}
