import { type Document, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type YAMLMap } from "yaml";
import { codedError, shown } from "./errors.ts";

/** A kustomization file: its text, and its syntax tree with the place of every node in that text. */
export interface Kustomization {
  readonly path: string;
  readonly text: string;
  readonly document: Document.Parsed;
  readonly root: YAMLMap.Parsed;
  readonly lines: LineCounter;
}

const mostCharacters = 1024 * 1024;
// Far above what people write into a file, and far below what an alias bomb needs.
const mostAliases = 100;
const basesIn = ["resources", "bases", "components"];
const remote = /^[a-z][a-z0-9+.-]*:\/\/|^git::|^[\w.-]+@[\w.-]+:|^github\.com[/:]|\?ref=/i;

/**
 * Parses a kustomization file. Fails with KUSTOMIZATION_INVALID, naming the line, unless the file is one YAML mapping
 * of reasonable size in UTF-8. Also fails on an alias bomb, and on a base that is a URL.
 *
 * @param path the file's path, for the messages
 * @param text the file's content, with its byte order mark and line ends
 */
export function parseKustomization(path: string, text: string): Kustomization {
  if (text.length > mostCharacters) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${path} is larger than 1 MiB`,
      "Move parts of it into files of their own, for example patches and generators.",
    );
  }
  if (text.includes("\uFFFD")) {
    throw codedError("KUSTOMIZATION_INVALID", `${path} is not valid UTF-8`, "Save the file as UTF-8.");
  }
  const lines = new LineCounter();
  const documents = guarded(path, () =>
    parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: "silent" }),
  );
  const [document, ...others] = [...documents];
  if (document === undefined || others.length > 0) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${path} holds ${document === undefined ? "no YAML document" : `${others.length + 1} YAML documents`}`,
      "Keep exactly one document: kustomize would read only the first.",
    );
  }
  const [error] = document.errors;
  if (error) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${at(path, lines, error.pos[0])}: ${error.message}`,
      "Correct the YAML at that place.",
    );
  }
  const root = document.contents;
  if (!isMap(root)) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${path} is not a YAML mapping`,
      "Write a mapping, for example with `resources:`.",
    );
  }
  const kustomization = { path, text, document, root, lines };
  content(kustomization);
  refuseRemoteBases(kustomization);
  return kustomization;
}

/** The file's content as plain data, with aliases and merge keys resolved. */
export function content({ path, document }: Pick<Kustomization, "path" | "document">): unknown {
  return guarded(path, () => document.toJS({ maxAliasCount: mostAliases }));
}

/** The place of a node, as `path:line:column`. */
export function place({ path, lines }: Kustomization, offset: number): string {
  return at(path, lines, offset);
}

function at(path: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${path}:${line}:${col}`;
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // The parser throws on too many aliases and on unresolved ones, and runs out of stack on very deep nesting.
    const reason = error instanceof Error ? error.message : String(error);
    throw codedError("KUSTOMIZATION_INVALID", `${path}: ${reason}`, "Replace the aliases by their values.");
  }
}

// Both renderings must read the same bytes, and the content of a URL may change between them.
function refuseRemoteBases(kustomization: Kustomization): void {
  for (const key of basesIn) {
    const list = kustomization.root.get(key, true);
    if (!isSeq(list)) continue;
    for (const item of list.items) {
      if (!isScalar(item) || typeof item.value !== "string" || !remote.test(item.value)) continue;
      throw codedError(
        "KUSTOMIZATION_INVALID",
        `${place(kustomization, item.range?.[0] ?? 0)}: ${shown(item.value)} in ${key} is fetched from the network`,
        "Commit a copy of that base to the source, at the version that you need, and name the copy.",
      );
    }
  }
}
