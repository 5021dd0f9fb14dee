import type { Service } from "#pipelines/config/config.ts";
import { defaults } from "#pipelines/config/defaults.ts";
import { pythonVersions } from "#pipelines/config/schema.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { plain } from "#pipelines/text/quote.ts";
import { imagePython } from "./image-python.ts";
import { versionFileOf } from "./named-python.ts";
import type { ProjectTables } from "./project.ts";
import { allows, lowestPython, refuse, requirementOf } from "./python-version.ts";

/** The Python of a service, by its files. */
export interface AskedPython {
  /** As in 3.12. */
  readonly version: string;
  /** The file that asks for it. */
  readonly file: string;
  /** The version for type checkers, where only the lowest one that the project allows is known. */
  readonly forTypes?: string;
  /** What other files of the service ask for, where it is another version: a clause each. */
  readonly doubts: readonly string[];
}

/**
 * Finds the version of Python that a service's files ask for:
 *
 * 1. that of its image, by the base image of its Dockerfile, because the code runs on it
 * 2. that of the nearest file that names one, as .tool-versions or .python-version
 * 3. the lowest supported version that the project allows: `requires-python` of pyproject.toml, Poetry's `python`,
 *    `python_requires` of setup.cfg, `python_full_version` or `python_version` of a Pipfile, or `python_requires`
 *    of setup.py
 * 4. undefined
 *
 * Fails with PROJECT_INVALID when such a value is malformed, or when no file asks for a supported version.
 */
export async function askedPython(
  tree: Tree,
  project: ProjectTables,
  service: Pick<Service, "path" | "image">,
): Promise<AskedPython | undefined> {
  const image = await imagePython(tree, service);
  const named = await versionFileOf(tree, project.folder);
  const required = await requirementOf(tree, project);
  const lowest = required && {
    version: lowestPython(required.specifier, required.file),
    file: required.file,
  };
  const found = [image, named].filter((one) => one !== undefined);
  const chosen = found.find(({ version }) => isSupported(version)) ?? lowest;
  const [first] = found;
  if (chosen === undefined) return first && unsupported(first);
  if (chosen === lowest && named !== undefined) return unsupported(named);
  const others = found.filter(({ version }) => version !== chosen.version);
  const isAllowed = required === undefined || allows(required.specifier, chosen.version, required.file);
  return {
    ...chosen,
    ...(chosen === lowest && required !== undefined && forTypes(required, chosen.version)),
    doubts: [
      ...others.map(({ version, file }) => `${plain(file)} asks for ${version}`),
      ...(isAllowed ? [] : [`${plain(required.file)} requires ${plain(required.specifier)}`]),
    ],
  };
}

/**
 * Type checkers run on a Python of today: a project that only has a lowest version runs them on one, and its tests on
 * many. What the code may use on the lowest is a setting of the type checker.
 */
function forTypes({ specifier, file }: { specifier: string; file: string }, lowest: string) {
  const { python } = defaults;
  return python !== lowest && allows(specifier, python, file) ? { forTypes: python } : {};
}

function isSupported(version: string): boolean {
  return pythonVersions.some((known) => known === version);
}

function unsupported({ version, file }: { readonly version: string; readonly file: string }): never {
  return refuse(file, `asks for Python ${version}; supported: ${pythonVersions.join(", ")}`);
}
