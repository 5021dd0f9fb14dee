import { z } from "zod";
import { projectInvalid } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { jsonIn } from "#pipelines/text/json.ts";
import { join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { inside, librariesOf, pathsIn } from "./libraries.ts";
import { type Pipfile, readPipfile } from "./pipfile.ts";
import { isExtraForTests, isGroupForTests, type ProjectTables } from "./project.ts";

/** The tools whose locks are exported as requirements, which uv then installs. */
export type LockTool = "poetry" | "pdm" | "pipenv";

/** A package index of a manifest. Its name identifies its credentials. */
export interface NamedIndex {
  readonly name: string;
  readonly url: string;
}

/** A lock that uv cannot read, or its manifest alone. */
export interface ForeignLock {
  readonly tool: LockTool;
  /** Whether there is a lock; without it, the newest versions that the manifest allows are installed. */
  readonly isLocked: boolean;
  /** The groups to install besides those needed to run the service; empty if the tool's default is enough. */
  readonly groups: readonly string[];
  readonly extras: readonly string[];
  /** The indexes of the manifest, without those that have credentials in their address. */
  readonly indexes: readonly NamedIndex[];
  /** The lock, if there is one, and its manifest, relative to the source. */
  readonly reads: readonly string[];
  /** Local libraries that the lock names by path; folders end with `/`. */
  readonly libraries: readonly string[];
}

/**
 * Finds a service's poetry.lock, pdm.lock or Pipfile.lock, in this order. A poetry.lock or pdm.lock counts only
 * beside a pyproject.toml that declares a project. Returns undefined if there is no such lock.
 *
 * The lock is installed as the tool does by default, with its development groups. Optional groups and extras for
 * tests are added.
 *
 * Fails with PROJECT_INVALID when a Pipfile or Pipfile.lock is malformed.
 */
export async function foreignLockOf(tree: Tree, project: ProjectTables): Promise<ForeignLock | undefined> {
  const { folder, pyproject } = project;
  const { poetry, pdm } = pyproject?.tool ?? {};
  const declares = pyproject?.project !== undefined || poetry !== undefined;
  const extras = [pyproject?.project?.["optional-dependencies"], poetry?.extras].flatMap((table) =>
    extrasForTests(project, table),
  );
  if (declares && tree.has(folder, "poetry.lock")) {
    return {
      tool: "poetry",
      isLocked: true,
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
      isLocked: true,
      groups: [],
      extras: extrasForTests(project, pyproject.project["optional-dependencies"]),
      indexes: namable(pdm?.source),
      reads: [join(folder, "pdm.lock"), join(folder, "pyproject.toml")],
      libraries: await librariesOf(tree, project),
    };
  }
  if (!tree.has(folder, "Pipfile.lock")) return undefined;
  return pipenvLock(tree, project, await readPipfile(tree, folder));
}

/**
 * Finds a manifest that only its own tool reads, without its lock: Poetry's tables of dependencies in pyproject.toml,
 * or a Pipfile. Returns undefined if there is none. Fails as `foreignLockOf` does.
 */
export async function unlockedOf(tree: Tree, project: ProjectTables): Promise<ForeignLock | undefined> {
  const { folder, pyproject } = project;
  const { poetry } = pyproject?.tool ?? {};
  const shared = { isLocked: false, libraries: await librariesOf(tree, project) };
  if ((poetry?.dependencies ?? poetry?.group ?? poetry?.["dev-dependencies"]) !== undefined) {
    const extras = [pyproject?.project?.["optional-dependencies"], poetry?.extras].flatMap((table) =>
      extrasForTests(project, table),
    );
    return {
      ...shared,
      tool: "poetry",
      groups: poetryGroups(project),
      extras: [...new Set(extras)],
      indexes: namable(poetry?.source),
      reads: [join(folder, "pyproject.toml")],
    };
  }
  const pipfile = await readPipfile(tree, folder);
  if (pipfile === undefined) return undefined;
  const paths = pathsIn([pipfile.packages, pipfile["dev-packages"]]).map((named) => inside(folder, named));
  return {
    ...shared,
    tool: "pipenv",
    groups: [],
    extras: [],
    indexes: namable(pipfile.source),
    reads: [join(folder, "Pipfile")],
    libraries: await librariesOf(tree, project, project, paths),
  };
}

/** Every group that Poetry installs by default, and the optional ones for tests. */
function poetryGroups(project: ProjectTables): string[] {
  const { pyproject } = project;
  const { group = {}, "dev-dependencies": legacy } = pyproject?.tool?.poetry ?? {};
  const names = [
    ...(legacy === undefined ? [] : ["dev"]),
    ...Object.keys(pyproject?.["dependency-groups"] ?? {}),
    ...Object.keys(group),
  ];
  const wanted = names.filter((name) => group[name]?.optional !== true || isGroupForTests(project, name));
  return [...new Set(wanted)].filter((name) => name !== "main");
}

const pipfileLock = z.looseObject({
  _meta: z.looseObject({
    hash: z.looseObject({ sha256: z.string() }),
    // pipenv before 2018 did not name its sources.
    sources: z.array(z.looseObject({ name: z.string().default(""), url: z.string() })).optional(),
  }),
});

/** Reads a Pipfile.lock. Its form is checked here, because pipenv accepts a lock of `{}` as current. */
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
    isLocked: true,
    groups: [],
    extras: [],
    indexes: namable(lock.data._meta.sources),
    reads: [...(pipfile === undefined ? [] : [join(folder, "Pipfile")]), path],
    libraries: await librariesOf(tree, project, project, paths),
  };
}

function extrasForTests(project: ProjectTables, table: Record<string, unknown> = {}): string[] {
  return Object.keys(table).filter((name) => isExtraForTests(project, name));
}

/**
 * Keeps the indexes whose credentials are given by name. An address with a user or a variable contains its own, and
 * uv does not accept a variable.
 */
function namable(indexes: readonly { name: string; url?: string | undefined }[] = []): NamedIndex[] {
  return indexes.flatMap(({ name, url }) =>
    url === undefined || !/^https?:\/\/[^@$]+$/.test(url) || !/^[\w.-]+$/.test(name) ? [] : [{ name, url }],
  );
}
