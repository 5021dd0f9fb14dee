import { createHash } from "node:crypto";
import { printable } from "#pipelines/text/printable.ts";

/** One way in which a change would be judged less strictly than its base. */
export interface Weakening {
  /** The setting, file or check: `gates.coverage`, `.trivyignore`, `orders/test`. */
  readonly subject: string;
  /** How it differs, in words. */
  readonly text: string;
  /** The digest of what the change has in its place, if the words do not tell apart two such changes. */
  readonly content?: string;
  /** The file that says so, relative to the source; absent for a check that is missing. */
  readonly path?: string;
  /** Counted from 1. */
  readonly line?: number;
}

/** The characters of a digest that name a set of weakenings: 64 bits. */
const length = 16;

/** The form of that name. */
export const approvalPattern = new RegExp(`^[0-9a-f]{${length}}$`);

/** Names a set of weakenings by its content, so that an approval of one set is none of another. */
export function approvalOf(weakenings: readonly Weakening[]): string {
  const lines = weakenings.map(({ subject, text, path = "", content = "" }) =>
    JSON.stringify([subject, text, path, content]),
  );
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex").slice(0, length);
}

/** Writes a value of slipway.yaml for a message: of a section, only that it is set. */
export function shown(value: unknown): string {
  if (value === undefined) return "not set";
  if (typeof value === "object" && !Array.isArray(value)) return "set";
  return printable(typeof value === "string" ? value : JSON.stringify(value)).slice(0, 200);
}
