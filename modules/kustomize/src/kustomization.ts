import { type Document, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type YAMLMap } from "yaml";
import { codedError, shown } from "./errors.ts";

/** A kustomization file: its text, and its syntax tree with the places of every node in that text. */
export interface Kustomization {
  readonly path: string;
  readonly text: string;
  readonly document: Document.Parsed;
  readonly root: YAMLMap.Parsed;
  readonly lines: LineCounter;
}

const mostCharacters = 1024 * 1024;
// A generous number for a file written by people, and far below what an alias bomb needs.
const mostAliases = 100;
const basesIn = ["resources", "bases", "components"];
const remote = /^[a-z][a-z0-9+.-]*:\/\/|^git::|^[\w.-]+@[\w.-]+:|^github\.com[/:]|\?ref=/i;

/**
 * Parses a kustomization file. Fails with KUSTOMIZATION_INVALID, naming the line, on what is not one YAML mapping of
 * reasonable size in UTF-8, on an alias bomb, and on a base that is a URL.
 *
 * @param path the file's path, for the messages
 * @param text the file's content, byte order mark and line ends as they are
 */
export function parseKustomization(path: string, text: string): Kustomization {
  if (text.length > mostCharacters) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${path} is larger than 1 MiB`,
      "Move what it holds into files of their own.",
    );
  }
  if (text.includes("\uFFFD")) {
    throw codedError("KUSTOMIZATION_INVALID", `${path} is not valid UTF-8`, "Save it as UTF-8.");
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
      "Keep exactly one: kustomize would read the first alone.",
    );
  }
  const [error] = document.errors;
  if (error) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${at(path, lines, error.pos[0])}: ${error.message}`,
      "Mend the YAML.",
    );
  }
  const root = document.contents;
  if (!isMap(root)) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${path} is not a YAML mapping`,
      "Give it at least `resources:`.",
    );
  }
  const kustomization = { path, text, document, root, lines };
  content(kustomization);
  refuseRemoteBases(kustomization);
  return kustomization;
}

/** The file's meaning as plain data, with aliases and merge keys resolved. */
export function content({ path, document }: Pick<Kustomization, "path" | "document">): unknown {
  return guarded(path, () => document.toJS({ maxAliasCount: mostAliases }));
}

/** Where a node stands, as `path:line:column`. */
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
    // The parser itself throws on too many or unresolved aliases, and runs out of stack on absurdly deep nesting.
    const reason = error instanceof Error ? error.message : String(error);
    throw codedError("KUSTOMIZATION_INVALID", `${path}: ${reason}`, "Write out what its aliases stand for.");
  }
}

// Before and after the edit the same bytes have to be rendered: what a URL yields may change in between.
function refuseRemoteBases(kustomization: Kustomization): void {
  for (const key of basesIn) {
    const list = kustomization.root.get(key, true);
    if (!isSeq(list)) continue;
    for (const item of list.items) {
      if (!isScalar(item) || typeof item.value !== "string" || !remote.test(item.value)) continue;
      throw codedError(
        "KUSTOMIZATION_INVALID",
        `${place(kustomization, item.range?.[0] ?? 0)}: ${shown(item.value)} in ${key} is fetched from the network`,
        "Keep bases in the source: check a copy in, at the version wanted.",
      );
    }
  }
}
