import { Composer, type CST, LineCounter, Parser } from "yaml";
import { aliasLimit, excess } from "./limits.ts";
import {
  duplicateKeys,
  keyOffset,
  looseAliases,
  type NodeFault,
  type Path,
  protoKeys,
  valueOffset,
} from "./node.ts";

/** A place in a file; both numbers count from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A fault of the YAML itself, and its path if it is known. */
export interface YamlFault extends TextPlace {
  readonly text: string;
}

/** A parsed YAML document: its value, and the place of each part. */
export interface Document {
  readonly value: unknown;
  /** Keys that are not allowed at their place, and why. The rest can still be checked. */
  readonly faults: readonly (YamlFault & { readonly path: Path })[];
  /** Returns the place of a path's value; for a missing value, the place of its map. */
  placeOf(path: Path): TextPlace;
  /** Returns the place of a path's last key. */
  placeOfKey(path: Path): TextPlace;
}

/** The largest file that is read, in bytes. */
export const sizeLimit = 256 * 1024;

/**
 * Parses a text as one YAML 1.2 document with merge keys. Returns the document, or the faults of the text; never
 * throws.
 */
export function parse(source: string): Document | readonly YamlFault[] {
  const text = source.replace(/^\u{FEFF}/u, "");
  const unread = unreadable(text);
  if (unread !== undefined) return [unread];
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const flaw = excess(tokens);
  if (flaw !== undefined) return [{ ...placeIn(lines, flaw.offset), text: flaw.text }];
  return compose(tokens, text.length, lines);
}

/** The value of a text; undefined if it is not one YAML document, for what does not tell the fault itself. */
export function valueIn(source: string): unknown {
  const document = parse(source);
  return "value" in document ? document.value : undefined;
}

function compose(
  tokens: readonly CST.Token[],
  end: number,
  lines: LineCounter,
): Document | readonly YamlFault[] {
  const at = (offset: number) => placeIn(lines, offset);
  const composer = new Composer({ logLevel: "error", merge: true, stringKeys: true, uniqueKeys: false });
  const [document, second] = composer.compose(tokens, true, end);
  if (document === undefined) return [{ ...at(0), text: "no YAML document" }];
  const misfit = (text: string) => (found: NodeFault) => ({ ...at(found.offset), path: found.path, text });
  const flaws = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    ...at(pos[0]),
    text: message,
  }));
  if (second !== undefined)
    flaws.push({ ...at(second.range[0]), text: "a second YAML document begins here" });
  flaws.push(...looseAliases(document).map(misfit("an alias without an anchor before it")));
  if (flaws.length > 0) return flaws;
  try {
    return {
      value: document.toJS({ maxAliasCount: aliasLimit }),
      faults: [
        ...duplicateKeys(document).map(misfit("duplicate key")),
        ...protoKeys(document).map(misfit("reserved key")),
      ],
      placeOf: (path) => at(valueOffset(document, path)),
      placeOfKey: (path) => at(keyOffset(document, path)),
    };
  } catch (error) {
    // Aliases and merge keys are expanded here: a bomb of them, or a merge of a value that is not a map, throws.
    return [{ ...at(0), text: error instanceof Error ? error.message : String(error) }];
  }
}

function placeIn(lines: LineCounter, offset: number): TextPlace {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function unreadable(text: string): YamlFault | undefined {
  if (Buffer.byteLength(text) > sizeLimit) {
    return { line: 1, column: 1, text: `the file is larger than ${sizeLimit / 1024} KiB` };
  }
  const offset = text.search(/[\0\u{FFFD}]/u);
  if (offset < 0) return undefined;
  const before = text.slice(0, offset).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { line: before.length, column, text: "the file is not UTF-8 text" };
}
