import { posix } from "node:path";
import { parse } from "smol-toml";
import type { Tree } from "#pipelines/plan/tree.ts";
import { joinInside } from "#pipelines/text/path.ts";

/** The keys by which a tool's settings take in another file. */
const keys: Readonly<Record<string, string>> = {
  // https://docs.astral.sh/ruff/settings/#extend
  ruff: "extend",
  "ruff-format": "extend",
  // https://microsoft.github.io/pyright/#/configuration?id=environment-options
  pyright: "extends",
};

/**
 * Lists the files that a tool's settings extend, and those that these extend, relative to the source. A file that is
 * missing or out of the source is left out: the tool reports it.
 *
 * @param settings the file with the tool's settings, relative to the source.
 */
export async function extendedFrom(tree: Tree, tool: string, settings?: string): Promise<readonly string[]> {
  const key = keys[tool];
  const found: string[] = [];
  let file = settings;
  while (key !== undefined && file !== undefined) {
    const named = namedIn(await tree.read(file), file, tool.split("-")[0] ?? tool, key);
    const path = named === undefined ? undefined : joinInside(posix.dirname(file), named);
    const isNew =
      path !== undefined && path !== settings && !found.includes(path) && (await tree.hasFile(path));
    if (isNew) found.push(path);
    file = isNew ? path : undefined;
  }
  return found;
}

function namedIn(text: string, file: string, tool: string, key: string): string | undefined {
  // pyright's JSON may have comments and trailing commas.
  if (file.endsWith(".json")) return new RegExp(`^[^/]*"${key}"\\s*:\\s*"([^"\\\\]+)"`, "m").exec(text)?.[1];
  const whole = tomlIn(text);
  const table = posix.basename(file) === "pyproject.toml" ? at(at(whole, "tool"), tool) : whole;
  const named = at(table, key);
  return typeof named === "string" && !/^[/~]/.test(named) ? named : undefined;
}

function at(table: unknown, key: string): unknown {
  return typeof table === "object" && table !== null
    ? (table as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function tomlIn(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
