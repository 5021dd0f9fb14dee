import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { differences, pathText } from "./difference.ts";
import { codedError } from "./errors.ts";
import { startOf } from "./node.ts";
import { applySplices, type Splice } from "./splice.ts";
import { valueSplices } from "./value.ts";

/** A file of YAML documents: its text, and the trees with the places of every node in that text. */
export interface Stream {
  readonly path: string;
  readonly text: string;
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
}

export type Path = readonly (string | number)[];

/** A node of a stream, and the path to it; aliases stand for themselves. */
export interface Field {
  readonly document: Document.Parsed;
  readonly path: Path;
  readonly node: unknown;
}

const mostCharacters = 4 * 1024 * 1024;
// A generous number for a file written by people, and far below what an alias bomb needs.
const mostAliases = 100;

/**
 * Parses a file of YAML documents. Fails with MANIFEST_INVALID, naming the line, on what is none of reasonable size in
 * UTF-8, and on an alias bomb.
 *
 * @param path the file's path, for the messages
 * @param text its content, byte order mark and line ends as they are
 */
export function parseStream(path: string, text: string): Stream {
  if (text.length > mostCharacters) {
    throw codedError("MANIFEST_INVALID", `${path} is larger than 4 MiB`, "Split it.");
  }
  if (text.includes("\uFFFD")) {
    throw codedError("MANIFEST_INVALID", `${path} is not valid UTF-8`, "Save it as UTF-8.");
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
      "Mend the YAML; a template of a chart is none, so name its values instead.",
    );
  }
  const stream = { path, text, documents, lines };
  contents(stream);
  return stream;
}

/** Where a node stands, as `path:line:column`. */
export function placeIn({ path, lines }: Stream, node: unknown): string {
  const { line, col } = lines.linePos(startOf(node));
  return `${path}:${line}:${col}`;
}

/** The node that a field's value is, an alias followed to its anchor. */
export function resolved({ document, node }: Field): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Every field of a node and of those below it. */
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
 * Gives fields new values by splicing the text: every other byte stays. Fails with MANIFEST_INVALID when a value is not
 * written on one line, and when something else than these fields would come to mean something else.
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
    `${placeIn(stream, field.node)}: the value is not written on one line`,
    "Write it on one line, in quotes.",
  );
}

// An anchor may be followed from where nobody looks, and a merge key hides where a value comes from.
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
    `${stream.path}: with the image ${pathText(stray.path.slice(1))} would change too, by an anchor`,
    "Write out the value that follows the image's anchor.",
  );
}

function contents({ path, documents }: Pick<Stream, "path" | "documents">): unknown[] {
  return guarded(path, () => documents.map((document) => document.toJS({ maxAliasCount: mostAliases })));
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // The parser itself throws on too many or unresolved aliases, and runs out of stack on absurdly deep nesting.
    const reason = error instanceof Error ? error.message : String(error);
    throw codedError("MANIFEST_INVALID", `${path}: ${reason}`, "Write out what its aliases stand for.");
  }
}
