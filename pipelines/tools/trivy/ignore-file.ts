import { posix } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { join } from "#pipelines/text/path.ts";
import { parse } from "#pipelines/yaml/document.ts";

/** A .trivyignore or .trivyignore.yaml of the source. */
export interface IgnoreFile {
  readonly path: string;
  readonly text: string;
}

const kinds = ["vulnerabilities", "misconfigurations", "secrets", "licenses"] as const;

const entry = z.looseObject({ id: z.string(), paths: z.array(z.string()).nullish() });
const entries = z.array(entry).nullish();
const file = z.strictObject({
  vulnerabilities: entries,
  misconfigurations: entries,
  secrets: entries,
  licenses: entries,
});

type Entries = Record<(typeof kinds)[number], z.infer<typeof entry>[]>;

/**
 * Joins ignore files into one that Trivy reads. Trivy itself reads one file, .trivyignore where it starts. Teams start
 * it in a service's folder too, and name a .trivyignore.yaml on the command line.
 * https://trivy.dev/v0.65/docs/configuration/filtering/#trivyignoreyaml
 *
 * @param inFolders whether a file applies to its own folder only; false for an image, whose paths are others.
 * @throws CONFIG_INVALID when a .trivyignore.yaml is not as Trivy documents it.
 */
export function joinIgnoreFiles(files: readonly IgnoreFile[], inFolders: boolean): string {
  const all: Entries = { vulnerabilities: [], misconfigurations: [], secrets: [], licenses: [] };
  for (const { path, text } of files) {
    const folder = posix.dirname(path);
    const within = inFolders && folder !== "." ? folder : undefined;
    const read = isYaml(path) ? fromYaml(path, text) : fromLines(text);
    for (const kind of kinds) all[kind].push(...read[kind].flatMap((each) => placed(each, within)));
  }
  return stringify(all);
}

/** Whether a path is that of an ignore file. */
export function isIgnoreFile(path: string): boolean {
  return /^\.trivyignore(?:\.ya?ml)?$/.test(posix.basename(path));
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/** One id a line; what follows it is a date, as in `exp:2027-01-31`. */
function fromLines(text: string): Entries {
  const ids = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [id = "", ...rest] = line.split(/\s+/);
      const until = rest.find((field) => field.startsWith("exp:"))?.slice("exp:".length);
      return { id, ...(until !== undefined && { expired_at: until }) };
    });
  return { vulnerabilities: [...ids], misconfigurations: [...ids], secrets: [...ids], licenses: [...ids] };
}

function fromYaml(path: string, text: string): Entries {
  const document = parse(text);
  const value = "value" in document ? (document.value ?? {}) : undefined;
  const read = file.safeParse(value);
  if (!read.success) {
    const at = read.error.issues[0]?.path.join(".") ?? "";
    throw new SlipwayError(
      "CONFIG_INVALID",
      `${path} is not a file of exceptions for Trivy${at === "" ? "" : `, at ${at}`}`,
      "Correct it as https://trivy.dev/latest/docs/configuration/filtering/ describes.",
    );
  }
  const of = (kind: (typeof kinds)[number]) => [...(read.data[kind] ?? [])];
  return {
    vulnerabilities: of("vulnerabilities"),
    misconfigurations: of("misconfigurations"),
    secrets: of("secrets"),
    licenses: of("licenses"),
  };
}

/** Keeps an entry in its folder. For Trivy an entry without a path applies everywhere. */
function placed(each: z.infer<typeof entry>, folder: string | undefined): readonly z.infer<typeof entry>[] {
  if (folder === undefined) return [each];
  const named = each.paths?.length ? each.paths : ["**"];
  const inside = named.filter((path) => !posix.normalize(path).startsWith(".."));
  // A folder may be called like a pattern.
  const plain = folder.replace(/[*?[\]{}\\]/g, "\\$&");
  return inside.length === 0 ? [] : [{ ...each, paths: inside.map((path) => join(plain, path)) }];
}
