import type { Tree } from "#pipelines/plan/tree.ts";
import { upwards } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import { parseIni } from "./ini.ts";
import { parsePyproject } from "./project.ts";

/** The order in which pytest looks for its settings in a folder, with the section of each. */
const places = [
  ["pytest.ini", "pytest"],
  [".pytest.ini", "pytest"],
  ["pyproject.toml", undefined],
  ["tox.ini", "pytest"],
  ["setup.cfg", "tool:pytest"],
] as const;

/**
 * Finds the folders that pytest's settings name by `pythonpath`, and, beside the service, by `testpaths`. The nearest
 * settings count, and paths are relative to their folder. Names that lead out of the source are left out.
 * https://docs.pytest.org/en/stable/reference/customize.html
 */
export async function pytestPaths(tree: Tree, service: string): Promise<readonly string[]> {
  const found = await nearest(tree, service);
  if (found === undefined) return [];
  const { folder, pythonpath, testpaths } = found;
  const named = [...pythonpath, ...(folder === service ? testpaths : [])];
  return named.flatMap((path) => (path.startsWith("/") ? [] : (joinInside(folder, path) ?? [])));
}

/** The options that pytest's settings add to each call, with the file of these settings. */
export async function pytestOptions(
  tree: Tree,
  service: string,
): Promise<{ readonly file: string; readonly words: readonly string[] } | undefined> {
  const found = await nearest(tree, service);
  return found && { file: found.file, words: found.addopts };
}

interface Settings {
  readonly pythonpath: readonly string[];
  readonly testpaths: readonly string[];
  readonly addopts: readonly string[];
}

async function nearest(tree: Tree, service: string) {
  for (const folder of upwards(service)) {
    for (const [name, section] of places) {
      if (!tree.has(folder, name)) continue;
      const file = join(folder, name);
      const values = await settingsIn(await tree.read(file), file, section).catch(() => undefined);
      if (values !== undefined) return { ...values, folder, file };
    }
  }
  return undefined;
}

/** Undefined if the file has no settings of pytest. pytest.ini counts even if it has no section. */
async function settingsIn(text: string, file: string, section?: string): Promise<Settings | undefined> {
  if (section === undefined) {
    const pytest = parsePyproject(text, file).tool?.pytest;
    const options = isTable(pytest) ? (pytest.ini_options ?? pytest) : undefined;
    return isTable(options) ? read((key) => options[key]) : undefined;
  }
  const options = parseIni(text, file).get(section);
  if (options === undefined && !file.endsWith("pytest.ini")) return undefined;
  return read((key) => options?.get(key));
}

function read(value: (key: string) => unknown): Settings {
  return {
    pythonpath: wordsOf(value("pythonpath")),
    testpaths: wordsOf(value("testpaths")),
    addopts: wordsOf(value("addopts")),
  };
}

function wordsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((each) => typeof each === "string");
  return typeof value === "string" ? value.split(/\s+/).filter((word) => word !== "") : [];
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
