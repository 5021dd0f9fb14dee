import { z } from "zod";
import { projectInvalid } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { jsonIn } from "#pipelines/text/json.ts";
import { join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { inside, librariesOf, pathsIn } from "./libraries.ts";
import { type Pipfile, readPipfile } from "./pipfile.ts";
import type { ProjectTables } from "./project.ts";

/** The tools whose locks are exported, each by itself, to requirements that uv installs. */
export type LockTool = "poetry" | "pdm" | "pipenv";

/** A package index that a manifest names, so that its credentials can be given by its name. */
export interface NamedIndex {
  readonly name: string;
  readonly url: string;
}

/** A lock that uv does not read. */
export interface ForeignLock {
  readonly tool: LockTool;
  /** The groups that are installed besides what the service runs with; empty where the tool's own default serves. */
  readonly groups: readonly string[];
  readonly extras: readonly string[];
  /** The indexes of the manifest, without those that hold their credentials in their address. */
  readonly indexes: readonly NamedIndex[];
  /** The lock and its manifest, relative to the source. */
  readonly reads: readonly string[];
  /** Local libraries that the lock names by a path; folders end with `/`. */
  readonly libraries: readonly string[];
}

const developing = ["dev", "develop", "development", "test", "tests", "testing"];

/**
 * Finds a service's poetry.lock, pdm.lock or Pipfile.lock, in this order. A poetry.lock or pdm.lock counts only beside a
 * pyproject.toml that declares a project. Returns undefined when there is none.
 *
 * What is installed is what the tool installs when it is asked for nothing particular, which takes in its groups for
 * development, with the optional groups and extras for tests besides.
 *
 * Fails with PROJECT_INVALID when a Pipfile or Pipfile.lock is malformed.
 */
export async function foreignLockOf(tree: Tree, project: ProjectTables): Promise<ForeignLock | undefined> {
  const { folder, pyproject } = project;
  const { poetry, pdm } = pyproject?.tool ?? {};
  const declares = pyproject?.project !== undefined || poetry !== undefined;
  const extras = [pyproject?.project?.["optional-dependencies"], poetry?.extras].flatMap(forTests);
  if (declares && tree.has(folder, "poetry.lock")) {
    return {
      tool: "poetry",
      groups: poetryGroups(project),
      extras: [...new Set(extras)],
      indexes: namable(poetry?.source),
      reads: [join(folder, "poetry.lock"), join(folder, "pyproject.toml")],
      libraries: await librariesOf(tree, project),
    };
  }
  if (pyproject?.project !== undefined && tree.has(folder, "pdm.lock")) {
    return {
      tool: "pdm",
      groups: [],
      extras: forTests(pyproject.project["optional-dependencies"]),
      indexes: namable(pdm?.source),
      reads: [join(folder, "pdm.lock"), join(folder, "pyproject.toml")],
      libraries: await librariesOf(tree, project),
    };
  }
  if (!tree.has(folder, "Pipfile.lock")) return undefined;
  return pipenvLock(tree, project, await readPipfile(tree, folder));
}

/** Every group that Poetry takes in by itself, and the optional ones for tests. */
function poetryGroups({ pyproject }: ProjectTables): string[] {
  const { group = {}, "dev-dependencies": legacy } = pyproject?.tool?.poetry ?? {};
  const names = [
    ...(legacy === undefined ? [] : ["dev"]),
    ...Object.keys(pyproject?.["dependency-groups"] ?? {}),
    ...Object.keys(group),
  ];
  const wanted = names.filter((name) => group[name]?.optional !== true || developing.includes(name));
  return [...new Set(wanted)].filter((name) => name !== "main");
}

const pipfileLock = z.looseObject({
  _meta: z.looseObject({
    hash: z.looseObject({ sha256: z.string() }),
    // Before 2018 pipenv gave them no names.
    sources: z.array(z.looseObject({ name: z.string().default(""), url: z.string() })).optional(),
  }),
});

/** pipenv takes a lock of `{}` for one that is up to date, so that its form is looked at here. */
async function pipenvLock(tree: Tree, project: ProjectTables, pipfile?: Pipfile): Promise<ForeignLock> {
  const { folder } = project;
  const path = join(folder, "Pipfile.lock");
  const lock = pipfileLock.safeParse(jsonIn(await tree.read(path)));
  if (!lock.success) {
    throw projectInvalid(
      `${plain(path)} is not a lock file of pipenv`,
      "Run `pipenv lock` and commit the file.",
    );
  }
  const paths = pathsIn([pipfile?.packages, pipfile?.["dev-packages"]]).map((named) => inside(folder, named));
  return {
    tool: "pipenv",
    groups: [],
    extras: [],
    indexes: namable(lock.data._meta.sources),
    reads: [...(pipfile === undefined ? [] : [join(folder, "Pipfile")]), path],
    libraries: await librariesOf(tree, project, project, paths),
  };
}

function forTests(table: Record<string, unknown> = {}): string[] {
  return Object.keys(table).filter((name) => developing.includes(name));
}

/** An address with a user or a variable in it brings its credentials along, and uv takes none with a variable. */
function namable(indexes: readonly { name: string; url?: string | undefined }[] = []): NamedIndex[] {
  return indexes.flatMap(({ name, url }) =>
    url === undefined || !/^https?:\/\/[^@$]+$/.test(url) || !/^[\w.-]+$/.test(name) ? [] : [{ name, url }],
  );
}
