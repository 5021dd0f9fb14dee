import { parseAllDocuments } from "yaml";
import { codedError } from "./errors.ts";

/** A Kubernetes object of a rendered overlay. */
export interface Manifest {
  /** `apiVersion Kind namespace/name`. */
  readonly id: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The most bytes of rendered YAML that are read. */
export const mostBytes = 32 * 1024 * 1024;
const mostAliases = 100;

/**
 * Reads kustomize's output. Fails with REPORT_MALFORMED unless it is a stream of YAML mappings within limits: at most
 * 100 uses of aliases, and no nesting that exhausts the stack.
 */
export function parseManifests(text: string): Manifest[] {
  const seen = new Map<string, number>();
  return contents(text).map((content) => {
    const id = idOf(content);
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    // Only objects with generateName can share an id; they keep their order.
    return { id: times === 1 ? id : `${id} #${times}`, content };
  });
}

function contents(text: string): Record<string, unknown>[] {
  try {
    // kustomize wrote it, so keys are unique. A check would take time that grows with the square of their number.
    const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
    return [...documents].flatMap((document) => {
      const [error] = document.errors;
      if (error) throw error;
      const content: unknown = document.toJS({ maxAliasCount: mostAliases });
      if (content === null) return [];
      if (!isRecord(content)) throw new TypeError("a document is not a mapping");
      return [content];
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw codedError(
      "REPORT_MALFORMED",
      `kustomize's output cannot be read: ${reason}`,
      "Run `kustomize build` on the overlay, and correct the manifest that causes this.",
    );
  }
}

function idOf(content: Record<string, unknown>): string {
  const metadata = isRecord(content.metadata) ? content.metadata : {};
  const name = [metadata.namespace, metadata.name ?? metadata.generateName]
    .filter((part) => part !== undefined && part !== null)
    .join("/");
  return `${content.apiVersion} ${content.kind} ${name}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
