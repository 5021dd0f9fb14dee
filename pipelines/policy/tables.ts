import { readProject } from "#pipelines/plan/python/project.ts";
import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { sha256Of } from "#pipelines/text/digest.ts";
import { join } from "#pipelines/text/path.ts";
import type { Weakening } from "./weakening.ts";

/** The tools whose settings decide what a gate sees, and which may have them in a file of the project. */
const inPyproject = ["bandit", "coverage"];
const inIni = ["bandit", "coverage:run", "coverage:report", "coverage:paths"];

/** A folder's settings of these tools, by file and section. */
type Tables = ReadonlyMap<string, string>;

/**
 * Compares the settings of bandit and coverage.py in pyproject.toml, setup.cfg and tox.ini, in the folders of services
 * and above them. Any difference counts, because nobody can say which of two settings is stricter.
 *
 * @param folders those of the base's services.
 */
export async function changedTables(
  base: Tree,
  change: Tree,
  folders: readonly string[],
): Promise<readonly Weakening[]> {
  const all = [...new Set(folders.flatMap(upwards))];
  const found = await Promise.all(
    all.map(async (folder) => {
      const [before, after] = await Promise.all([tablesOf(base, folder), tablesOf(change, folder)]);
      const places = [...new Set([...before.keys(), ...after.keys()])].sort();
      return places
        .filter((place) => before.get(place) !== after.get(place))
        .map((place) => ({ place, after }));
    }),
  );
  return found.flat().map(({ place, after }) => weakeningOf(place, after.get(place)));
}

function weakeningOf(subject: string, now: string | undefined): Weakening {
  if (now === undefined) return { subject, text: "removed in the change" };
  return { subject, text: "other settings than on the base", content: sha256Of(now) };
}

/** A file that cannot be read has no settings: the check of its service reports it. */
async function tablesOf(tree: Tree, folder: string): Promise<Tables> {
  const project = await readProject(tree, folder).catch(() => undefined);
  const tables = new Map<string, string>();
  const add = (file: string, section: string, value: unknown) => {
    if (value !== undefined) tables.set(`${join(folder, file)} [${section}]`, JSON.stringify(value));
  };
  for (const name of inPyproject) add("pyproject.toml", `tool.${name}`, project?.pyproject?.tool?.[name]);
  for (const name of inIni) {
    const setupCfg = project?.setupCfg?.get(name);
    const toxIni = project?.toxIni?.get(name);
    add("setup.cfg", name, setupCfg && [...setupCfg]);
    add("tox.ini", name, toxIni && [...toxIni]);
  }
  return tables;
}
