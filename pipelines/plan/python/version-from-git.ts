import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { joinInside } from "#pipelines/text/path.ts";
import { type ProjectTables, projectPaths } from "./project.ts";

/** The version of a project that has its own from git. It is fixed, so that a commit alone runs no test again. */
export const versionInPlace = "0.0.0";

/** The build backends and their plugins that ask git for the version. */
const askers =
  /\b(?:setuptools[_-]scm|flit[_-]scm|hatch-vcs|poetry-dynamic-versioning|uv-dynamic-versioning|pbr)\b|\bsource\s*=\s*["'](?:scm|vcs|uv-dynamic-versioning)["']/;

/** A version of the project's own for a build without git. */
const fallback = /\bfallback[_-]version\b/;

const place = z.string().optional().catch(undefined);
const scm = z.looseObject({ version_file: place, write_to: place }).optional().catch(undefined);
const build = z
  .looseObject({ hooks: z.looseObject({ vcs: z.looseObject({ "version-file": place }) }) })
  .optional()
  .catch(undefined);
const tools = z.looseObject({
  setuptools_scm: scm,
  "setuptools-scm": scm,
  hatch: z.looseObject({ build }).optional().catch(undefined),
  pdm: z.looseObject({ version: scm }).optional().catch(undefined),
});

/**
 * The Python file that a project's build writes its version to, relative to the source; undefined if there is none, or
 * if the source has it. Type checkers miss it where a project is not built in its own folder.
 *
 * @see https://setuptools-scm.readthedocs.io/en/latest/config/
 * @see https://github.com/ofek/hatch-vcs#build-hook
 * @see https://backend.pdm-project.org/metadata/#dynamic-project-version
 */
export async function versionFile(
  tree: Tree,
  { folder, pyproject }: ProjectTables,
): Promise<string | undefined> {
  const { hatch, pdm, ...others } = tools.parse(pyproject?.tool ?? {});
  const tables = [others.setuptools_scm, others["setuptools-scm"], pdm?.version];
  const named = [
    hatch?.build?.hooks.vcs["version-file"],
    ...tables.flatMap((table) => [table?.version_file, table?.write_to]),
  ].find((path) => path?.endsWith(".py"));
  const path = named === undefined ? undefined : joinInside(folder, named);
  return path === undefined || (await tree.hasFile(path)) ? undefined : path;
}

/** Whether a project's build fails without the git history, because it reads its version there. */
export async function hasVersionFromGit(tree: Tree, { folder }: ProjectTables): Promise<boolean> {
  const texts = await Promise.all(projectPaths(tree, folder).map((path) => tree.read(path)));
  const all = texts.map((text) => text.replace(/^\s*#.*$/gm, "")).join("\n");
  return askers.test(all) && !fallback.test(all);
}
