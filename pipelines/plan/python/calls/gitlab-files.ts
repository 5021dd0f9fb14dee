import { clean } from "#pipelines/text/path.ts";
import { sizeLimit, valueIn } from "#pipelines/yaml/document.ts";
import { table } from "./pipeline-values.ts";
import { mayTest } from "./unseen-tests.ts";

type Table = Readonly<Record<string, unknown>>;

/** The files of a source. */
export interface Files {
  readonly paths: () => Promise<ReadonlySet<string>>;
  readonly read: (path: string) => Promise<string>;
}

/** The key of a map that stands for a part of another job. */
export const reference = "!reference";

/** Parses a file of GitLab. Its own tag becomes a map. */
export function gitlabTable(written: string): Table {
  // What is longer is no pipeline: nothing of it is read.
  if (written.length > sizeLimit) return {};
  const tag = /!reference[ \t]{0,20}(\[[^[\]\n]{0,200}\])/g;
  return table.parse(valueIn(written.replace(tag, `{ "${reference}": $1 }`)));
}

/** The most files that one pipeline includes. */
const mostFiles = 30;

/**
 * Reads a pipeline with the files of the repository that it includes; later files, and at last its own, come over
 * those before. A file from elsewhere that is named for tests may run them.
 *
 * https://docs.gitlab.com/ci/yaml/includes/
 */
export async function withIncluded(files: Files, written: string): Promise<Table> {
  const paths = await files.paths();
  const seen = new Set<string>();
  const read = async (file: Table): Promise<Table> => {
    let merged: Table = {};
    for (const each of listOf(file.include)) {
      const { local } = typeof each === "string" ? { local: each } : table.parse(each);
      if (typeof local !== "string" || /^https?:/.test(local)) {
        if (/test|tox|nox/i.test(JSON.stringify(each)))
          merged = { ...merged, [fromElsewhere]: { script: mayTest } };
        continue;
      }
      for (const path of matching(paths, clean(local.replace(/^\/+/, "")))) {
        if (seen.has(path) || seen.size >= mostFiles) continue;
        seen.add(path);
        const text = await files.read(path).catch(() => "");
        merged = mergedTables(merged, await read(gitlabTable(text)));
      }
    }
    return mergedTables(merged, file);
  };
  return read(gitlabTable(written));
}

/** The name of a job for what is not read. */
const fromElsewhere = "(included from elsewhere)";

function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** The files of a path, which may have a few stars. */
function matching(paths: ReadonlySet<string>, path: string): readonly string[] {
  if (!path.includes("*")) return paths.has(path) ? [path] : [];
  if (path.split("*").length > 4) return [];
  const pattern = path
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\0")
    .replaceAll("*", "[^/]*")
    .replaceAll("\0", ".*");
  const expression = new RegExp(`^${pattern}$`);
  return [...paths].filter((each) => /\.ya?ml$/.test(each) && expression.test(each)).sort();
}

/** Merges maps as GitLab does: maps key by key, anything else is replaced. */
export function mergedTables(one: Table, other: Table, depth = 10): Table {
  const changed = Object.entries(other).map(([key, value]) => {
    const before = Object.hasOwn(one, key) ? one[key] : undefined;
    return [key, depth > 0 && isMap(before) && isMap(value) ? mergedTables(before, value, depth - 1) : value];
  });
  return { ...one, ...Object.fromEntries(changed) };
}

function isMap(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(reference in value);
}
