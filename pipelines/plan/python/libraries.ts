import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import { plain, quote } from "#pipelines/text/quote.ts";
import { normalizedName } from "./normalized-name.ts";
import { type ProjectTables, readProject } from "./project.ts";
import { membersOf } from "./uv-workspace.ts";

/**
 * Lists the local libraries of a project: those of its uv workspace, those that it names by path, and those that
 * these need. Folders end with `/`; a wheel or an archive is a file. A missing library is left out: the installer
 * reports it.
 *
 * @param workspace the project at the top of its uv workspace; default: the project itself.
 * @param besides paths from its other files, relative to the source. The project's own folder is in the result only
 *   if it is here.
 * @throws PATH_OUTSIDE_SOURCE when a library lies outside the source.
 */
export async function librariesOf(
  tree: Tree,
  project: ProjectTables,
  workspace: ProjectTables = project,
  besides: readonly string[] = [],
): Promise<readonly string[]> {
  const members = await membersOf(tree, workspace);
  const seen = new Set([project.folder]);
  const found = new Set(besides.filter((path) => path === project.folder).map((path) => join(path, "/")));
  const visit = async (one: ProjectTables, more: readonly string[]): Promise<void> => {
    for (const path of [...uvSources(one, workspace, members), ...otherPaths(one), ...more]) {
      if (seen.has(path)) continue;
      seen.add(path);
      const isFolder = await tree.hasFolder(path);
      if (isFolder || (await tree.hasFile(path))) found.add(isFolder ? join(path, "/") : path);
      if (isFolder) await visit(await readProject(tree, path), []);
    }
  };
  await visit(project, besides);
  return [...found].sort();
}

/** https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources */
function uvSources(
  one: ProjectTables,
  workspace: ProjectTables,
  members: ReadonlyMap<string, string>,
): string[] {
  const needs = namesIn(one);
  return [workspace, one].flatMap(({ folder, pyproject }) =>
    Object.entries(pyproject?.tool?.uv?.sources ?? {})
      .filter(([name]) => needs.has(normalizedName(name)))
      .flatMap(([name, source]) => {
        const member = members.get(normalizedName(name));
        return [
          ...pathsIn(source).map((path) => inside(folder, path)),
          ...(member !== undefined && hasWorkspace(source) ? [member] : []),
        ];
      }),
  );
}

/** The paths in the tables that Poetry (`{ path = … }`) and PDM (`file:///${PROJECT_ROOT}/…`) read. */
function otherPaths({ folder, pyproject }: ProjectTables): string[] {
  const { poetry, pdm } = pyproject?.tool ?? {};
  const tables = [
    pyproject?.project?.dependencies,
    pyproject?.project?.["optional-dependencies"],
    pyproject?.["dependency-groups"],
    poetry?.dependencies,
    poetry?.["dev-dependencies"],
    poetry?.group,
    pdm?.["dev-dependencies"],
  ];
  return tables.flatMap(pathsIn).map((path) => inside(folder, path));
}

/** Lists the local paths in a table, at any depth. */
export function pathsIn(value: unknown): string[] {
  if (typeof value === "string") {
    const path = /file:\/\/\/\$\{PROJECT_ROOT\}\/([^#;\s]+)/.exec(value)?.[1];
    return path === undefined ? [] : [path];
  }
  if (Array.isArray(value)) return value.flatMap(pathsIn);
  if (typeof value !== "object" || value === null) return [];
  if ("path" in value && typeof value.path === "string") return [value.path];
  return Object.values(value).flatMap(pathsIn);
}

function hasWorkspace(source: unknown): boolean {
  if (Array.isArray(source)) return source.some(hasWorkspace);
  return typeof source === "object" && source !== null && "workspace" in source && source.workspace === true;
}

/** The names of all dependencies of a project, of every group and of its build. */
function namesIn({ pyproject }: ProjectTables): ReadonlySet<string> {
  const tables = [
    pyproject?.project?.dependencies,
    pyproject?.project?.["optional-dependencies"],
    pyproject?.["dependency-groups"],
    pyproject?.["build-system"],
  ];
  return new Set(
    tables
      .flatMap(textsIn)
      .flatMap((text) => /^\s*([\w.-]+)/.exec(text)?.[1] ?? [])
      .map(normalizedName),
  );
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Joins a project's folder and a path that one of its files names. Fails with PATH_OUTSIDE_SOURCE when it leaves
 * the source.
 */
export function inside(folder: string, path: string): string {
  const joined = path.startsWith("/") ? undefined : joinInside(folder, path);
  if (joined !== undefined) return joined;
  const what = `${plain(folder)}: the project names ${quote(path)}, which leads out of the source`;
  throw new SlipwayError("PATH_OUTSIDE_SOURCE", what, "Use a path to a folder inside the source.");
}
