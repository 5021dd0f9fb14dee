import { SlipwayError } from "#pipelines/errors/errors.ts";
import { printable } from "#pipelines/text/printable.ts";
import { csvFields } from "./csv.ts";

/** The settings that all rules share, in the words of docker/metadata-action. */
export interface TagFlavor {
  /** auto: latest is added if the first rule that yields a tag says so: a version, a git tag or a match. */
  readonly latest: "auto" | "true" | "false";
  readonly prefix: string;
  readonly suffix: string;
  readonly prefixOnLatest: boolean;
  readonly suffixOnLatest: boolean;
}

export const defaultFlavor: TagFlavor = {
  latest: "auto",
  prefix: "",
  suffix: "",
  prefixOnLatest: false,
  suffixOnLatest: false,
};

/**
 * Reads the flavor: `latest=auto|true|false`, `prefix=TEXT,onlatest=true|false`, `suffix=TEXT,onlatest=true|false`.
 * https://github.com/docker/metadata-action#flavor-input
 *
 * @param texts one entry each, or several on separate lines.
 * @throws TAG_RULE_INVALID
 */
export function parseTagFlavor(texts: readonly string[]): TagFlavor {
  const lines = texts.flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim());
  const entries = lines.filter((line) => line !== "" && !line.startsWith("#")).map(entry);
  return Object.assign({}, defaultFlavor, ...entries);
}

function entry(line: string): Partial<TagFlavor> {
  let of: "prefix" | "suffix" | undefined;
  let read: Partial<TagFlavor> = {};
  for (const field of csvFields(line) ?? [""]) {
    const at = field.indexOf("=");
    const name = field.slice(0, Math.max(at, 0)).trim().toLowerCase();
    const value = field.slice(at + 1).trim();
    if (name === "latest" && (value === "auto" || value === "true" || value === "false")) {
      read = { ...read, latest: value };
    } else if (name === "prefix" || name === "suffix") {
      of = name;
      read = { ...read, [name]: value };
    } else if (name === "onlatest" && of !== undefined && (value === "true" || value === "false")) {
      read = { ...read, [`${of}OnLatest`]: value === "true" };
    } else {
      throw new SlipwayError(
        "TAG_RULE_INVALID",
        `the tag flavor '${printable(line)}': invalid part '${printable(field)}'`,
        "Write latest=auto|true|false, prefix=TEXT or suffix=TEXT. Prefix and suffix may end with ,onlatest=true|false.",
      );
    }
  }
  return read;
}
