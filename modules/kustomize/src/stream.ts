import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { differences, pathText } from "./difference.ts";
import { codedError } from "./errors.ts";
import { startOf } from "./node.ts";
import { applySplices, type Splice } from "./splice.ts";
import { valueSplices } from "./value.ts";

/** A file of YAML documents: its text, and the trees with the place of every node in that text. */
export interface Stream {
  readonly path: string;
  readonly text: string;
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

export type Path = readonly (string | number)[];

/** A node of a stream and the path to it. An alias is a node of its own. */
export interface Field {
  readonly document: Document.Parsed;
  readonly path: Path;
  readonly node: unknown;
}

const mostCharacters = 4 * 1024 * 1024;
// Far above what people write into a file, and far below what an alias bomb needs.
const mostAliases = 100;

/**
 * Parses a file of YAML documents. Fails with MANIFEST_INVALID, naming the line, unless it is YAML of reasonable size
 * in UTF-8. Also fails on an alias bomb.
 *
 * @param path the file's path, for the messages
 * @param text its content, with its byte order mark and line ends
 */
export function parseStream(path: string, text: string): Stream {
  if (text.length > mostCharacters) {
    throw codedError("MANIFEST_INVALID", `${path} is larger than 4 MiB`, "Split it into several files.");
  }
  if (text.includes("\uFFFD")) {
    throw codedError("MANIFEST_INVALID", `${path} is not valid UTF-8`, "Save the file as UTF-8.");
  }
  const lines = new LineCounter();
  const documents = guarded(path, () => [
    ...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: "silent" }),
  ]);
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw codedError(
      "MANIFEST_INVALID",
      `${path}:${line}:${col}: ${error.message}`,
      "Correct the YAML at that place. If the file is a template of a chart, set the image in the chart's values instead.",
    );
  }
  const stream = { path, text, documents, lines };
  contents(stream);
  return stream;
}

/** The place of a node, as `path:line:column`. */
export function placeIn({ path, lines }: Stream, node: unknown): string {
  const { line, col } = lines.linePos(startOf(node));
  return `${path}:${line}:${col}`;
}

/** The node of a field's value; for an alias, the node of its anchor. */
export function resolved({ document, node }: Field): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** The text of a field's value; undefined if it is none. */
export function textOf(field: Field): string | undefined {
  const node = resolved(field);
  return isScalar(node) && typeof node.value === "string" ? node.value : undefined;
}

/** All fields of a node and of the nodes below it. */
export function fieldsOf(document: Document.Parsed, node: unknown, path: Path = []): Field[] {
  const own = { document, path, node };
  if (isMap(node)) {
    return [
      own,
      ...node.items.flatMap(({ key, value }) =>
        isScalar(key) && typeof key.value === "string" ? fieldsOf(document, value, [...path, key.value]) : [],
      ),
    ];
  }
  if (isSeq(node)) return [own, ...node.items.flatMap((item, at) => fieldsOf(document, item, [...path, at]))];
  return [own];
}

/**
 * Gives fields new values by splicing the text; every other byte stays. Fails with MANIFEST_INVALID if a value is not
 * on one line, or if anything else than these fields would change its meaning.
 */
export function setFields(stream: Stream, values: ReadonlyMap<Field, string>): string {
  const planned = new Map<unknown, string>();
  for (const [field, value] of values) if (!isAlias(field.node)) planned.set(field.node, value);
  const splices = [...values].flatMap(([field, value]) => splice(stream, field, value, planned));
  const text = applySplices(stream.text, splices);
  if (text !== stream.text) refuseSideEffects(stream, text, [...values.keys()]);
  return text;
}

function splice(
  stream: Stream,
  field: Field,
  value: string,
  planned: ReadonlyMap<unknown, string>,
): Splice[] {
  const splices = valueSplices(stream.text, field.node, resolved(field), value, planned);
  if (splices) return splices;
  throw codedError(
    "MANIFEST_INVALID",
    `${placeIn(stream, field.node)}: the value is not on one line`,
    "Write the value on one line, in quotes.",
  );
}

// An alias elsewhere may use the anchor, and a merge key hides where a value comes from.
function refuseSideEffects(stream: Stream, text: string, fields: readonly Field[]): void {
  const meant = new Set(
    fields.map(({ document, path }) => pathText([stream.documents.indexOf(document), ...path])),
  );
  const [stray] = differences(contents(stream), contents(parseStream(stream.path, text))).filter(
    ({ path }) => !meant.has(pathText(path)),
  );
  if (!stray) return;
  throw codedError(
    "MANIFEST_INVALID",
    `${stream.path}: ${pathText(stray.path.slice(1))} would change with the image, because it uses its anchor`,
    "Replace the alias or merge key there by its value.",
  );
}

function contents({ path, documents }: Pick<Stream, "path" | "documents">): unknown[] {
  return guarded(path, () => documents.map((document) => document.toJS({ maxAliasCount: mostAliases })));
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // The parser throws on too many aliases and on unresolved ones, and runs out of stack on very deep nesting.
    const reason = error instanceof Error ? error.message : String(error);
    throw codedError("MANIFEST_INVALID", `${path}: ${reason}`, "Replace the aliases by their values.");
  }
}
