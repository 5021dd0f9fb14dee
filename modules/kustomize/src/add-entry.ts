import { isMap, isScalar, isSeq, type Pair, type YAMLSeq } from "yaml";
import { codedError } from "./errors.ts";
import { type Kustomization, place } from "./kustomization.ts";
import { endOf, pairEnd, startOf } from "./node.ts";
import type { ImageRequest } from "./reference.ts";
import { scalarText } from "./scalar.ts";
import { column, emptyValue, lineBreak, lineEnd, type Splice } from "./splice.ts";

/** The `images:` of the file, if there is one. */
export function imagesPair(file: Kustomization): Pair | undefined {
  return file.root.items.find((pair) => isScalar(pair.key) && pair.key.value === "images");
}

/**
 * Plans new entries at the end of `images:`, written as the file writes its own: block or flow, indentation, quotes.
 */
export function addition(file: Kustomization, requests: readonly ImageRequest[]): Splice {
  const pair = imagesPair(file);
  if (!pair) return newList(file, requests);
  const list = pair.value;
  if (isSeq(list)) return list.flow ? inFlow(file, list, requests) : inBlock(file, list, requests);
  if (isScalar(list) && list.value === null) {
    const entries = `[${requests.map((one) => flowEntry(one, false)).join(", ")}]`;
    if (startOf(list) < endOf(list)) return { start: startOf(list), end: endOf(list), text: entries };
    if (file.root.flow) {
      const start = emptyValue(file.text, startOf(list));
      return { start, end: start, text: ` ${entries}` };
    }
    const start = lineEnd(file.text, pairEnd(pair));
    return { start, end: start, text: blockEntries(file, requests, start, dashColumn(file), 1) };
  }
  throw codedError(
    "KUSTOMIZATION_INVALID",
    `${place(file, startOf(list))}: images is not a list, or is an alias of one`,
    "Write the list here in full, as in `images: [{name: orders}]`.",
  );
}

function newList(file: Kustomization, requests: readonly ImageRequest[]): Splice {
  const last = file.root.items.at(-1);
  const end = last ? pairEnd(last) : startOf(file.root) + 1;
  if (file.root.flow) {
    const quoted = isScalar(last?.key) && last.key.type === "QUOTE_DOUBLE";
    const entries = requests.map((one) => flowEntry(one, quoted)).join(", ");
    const key = quoted ? '"images"' : "images";
    return { start: end, end, text: `${last ? ", " : ""}${key}: [${entries}]` };
  }
  const start = lineEnd(file.text, end);
  const indent = " ".repeat(column(file.text, startOf(file.root)));
  const head = `${lineBreak(file.text, start)}${indent}images:`;
  return { start, end: start, text: head + blockEntries(file, requests, start, dashColumn(file), 1) };
}

function inFlow(file: Kustomization, list: YAMLSeq, requests: readonly ImageRequest[]): Splice {
  const last = list.items.at(-1);
  const key = isMap(last) ? last.items[0]?.key : imagesPair(file)?.key;
  const quoted = isScalar(key) && key.type === "QUOTE_DOUBLE";
  const text = requests.map((one) => flowEntry(one, quoted)).join(", ");
  const start = last ? endOf(last) : startOf(list) + 1;
  return { start, end: start, text: last ? `, ${text}` : text };
}

function inBlock(file: Kustomization, list: YAMLSeq, requests: readonly ImageRequest[]): Splice {
  const dash = column(file.text, startOf(list));
  const first = list.items[0];
  const sameLine =
    isMap(first) && !first.flow && !/[\r\n]/.test(file.text.slice(startOf(list), startOf(first)));
  const gap = sameLine && !first.anchor ? column(file.text, startOf(first)) - dash - 1 : 1;
  const start = lineEnd(file.text, endOf(list));
  return { start, end: start, text: blockEntries(file, requests, start, dash, gap) };
}

// Lists are indented as the file's other lists are, or by two columns if it has no other list.
function dashColumn(file: Kustomization): number {
  const root = column(file.text, startOf(file.root));
  const list = file.root.items.map((pair) => pair.value).find((value) => isSeq(value) && !value.flow);
  return list ? column(file.text, startOf(list)) : root + 2;
}

function fields({ name, newName, tag, digest }: ImageRequest): [string, string][] {
  const all: [string, string | undefined][] = [
    ["name", name],
    ["newName", newName],
    ["newTag", tag],
    ["digest", digest],
  ];
  return all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
}

function blockEntries(
  file: Kustomization,
  requests: readonly ImageRequest[],
  near: number,
  dash: number,
  gap: number,
) {
  const eol = lineBreak(file.text, near);
  const head = `${" ".repeat(dash)}-${" ".repeat(gap)}`;
  return requests
    .flatMap((request) =>
      fields(request).map(
        ([key, value], at) =>
          `${eol}${at === 0 ? head : " ".repeat(head.length)}${key}: ${scalarText(value, null)}`,
      ),
    )
    .join("");
}

function flowEntry(request: ImageRequest, quoted: boolean): string {
  const style = quoted ? "QUOTE_DOUBLE" : null;
  return `{${fields(request)
    .map(([key, value]) => `${scalarText(key, style)}: ${scalarText(value, style)}`)
    .join(", ")}}`;
}
