import { dependenciesUnsupported } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { declaredNeeds, namedNeeds, namedParts, runnerNeeds } from "./declared-needs.ts";
import { type ForeignLock, foreignLockOf, unlockedOf } from "./foreign-lock.ts";
import { librariesOf } from "./libraries.ts";
import { isPackage, type ProjectTables, projectPaths } from "./project.ts";
import { findRequirements, type Requirements, type RequirementsFile } from "./requirements.ts";
import { isEmpty, joined, noNeeds, type TestNeeds } from "./test-needs.ts";
import { toxNeeds } from "./tox.ts";
import { isWorkspace, uvLockOwner } from "./uv-workspace.ts";

/** The facts about every kind of installation. */
interface Installation {
  /** Whether the tests import the service itself as an installed package. */
  readonly package: boolean;
  /**
   * The files that the installation reads, relative to the source: its layer depends on these alone. Folders end
   * with `/`.
   */
  readonly reads: readonly string[];
  /** Calls of pip that come after it, each with the files that it reads. */
  readonly further?: readonly FurtherInstall[];
}

/** A call of pip in a pipeline. */
export interface FurtherInstall {
  /** Requirements, as in `pyyaml>=6`. */
  readonly requirements: readonly string[];
  /** Files of requirements, relative to the source. */
  readonly files: readonly string[];
  /** These files and those that they name. */
  readonly reads: readonly string[];
  /** Further options of uv. */
  readonly options?: readonly string[];
}

/** How a service's dependencies are installed. */
export type Dependencies =
  | ({
      readonly kind: "uv-lock";
      /** The folder of uv.lock: the service's own, or its workspace's. */
      readonly folder: string;
      /** The member's name in the workspace; absent if the lock is the service's own. */
      readonly member?: string;
      /** Whether the lock is not compared with the project, as the repository's pipelines ask. */
      readonly isFrozen?: boolean;
      /** Local libraries, which are installed last, from source, in their own layer. Folders end with `/`. */
      readonly libraries: readonly string[];
      /** The groups for tests of the workspace's top, which count for each member. */
      readonly shared: readonly string[];
    } & Installation &
      Pick<TestNeeds, "groups" | "extras">)
  | ({ readonly kind: "lock" } & ForeignLock & Pick<Installation, "package" | "further">)
  | ({
      readonly kind: "requirements";
      readonly files: readonly RequirementsFile[];
      /** The file with what the service needs to run, if none of the requirements files has it. */
      readonly manifest?: string;
    } & Installation &
      Omit<TestNeeds, "reads">)
  | ({
      readonly kind: "project";
      /** The file that declares the dependencies, as in `--requirements`; absent if there are only groups. */
      readonly manifest?: string;
    } & Installation &
      Omit<TestNeeds, "reads">)
  | { readonly kind: "none"; readonly reads: readonly [] };

/**
 * Decides how a service's dependencies are installed. The first of these that exists is used:
 *
 * 1. uv.lock beside it, or in its uv workspace, with the groups and extras for tests, and the workspace's groups
 * 2. poetry.lock, pdm.lock or Pipfile.lock beside it, with the tool's default groups and the extras for tests
 * 3. requirements files: the one to run with and those for tests; without any for tests, also what the project
 *    declares for its tests elsewhere
 * 4. a pyproject.toml of Poetry or a Pipfile, unpinned, with the same groups as 2
 * 5. pyproject.toml, setup.cfg or setup.py alone, unpinned, with what the project declares for its tests
 * 6. no installation
 *
 * Fails with DEPENDENCIES_UNSUPPORTED when a service has none of 1 to 5, but has a lock without its manifest.
 *
 * @param python the version of Python for which they are installed.
 */
export async function dependenciesOf(
  tree: Tree,
  project: ProjectTables,
  python: string,
): Promise<Dependencies> {
  const { folder } = project;
  const owner = await uvLockOwner(tree, project);
  if (owner !== undefined) return uvLock(tree, project, owner, python);
  const lock = await foreignLockOf(tree, project);
  if (lock !== undefined) return fromLock(project, lock);
  const unlocked = await unlockedOf(tree, project);
  const byTox = project.isTestedByTox && isPackage(project) ? await toxNeeds(tree, project, python) : noNeeds;
  // tox installs the package and what it names itself, and no other file of requirements.
  const requirements = isEmpty(byTox) ? await findRequirements(tree, folder) : undefined;
  if (requirements !== undefined && (requirements.hasDevelopment || !unlocked?.groups.length)) {
    return fromRequirements(tree, project, python, requirements);
  }
  if (unlocked !== undefined) return fromLock(project, unlocked);
  const { reads, ...needs } = isEmpty(byTox) ? await declaredNeeds(tree, project, python) : byTox;
  const declares = isPackage(project) || project.pyproject?.project !== undefined || hasRequires(project);
  const manifest = declares ? manifestOf(project) : undefined;
  if (manifest !== undefined || !isEmpty({ ...needs, reads })) {
    const own = manifestReads(tree, project, manifest);
    return {
      kind: "project",
      ...(manifest !== undefined && { manifest }),
      package: isPackage(project),
      ...needs,
      reads: [...own, ...reads],
    };
  }
  refuseUnread(tree, project);
  return { kind: "none", reads: [] };
}

function fromLock(project: ProjectTables, lock: ForeignLock): Dependencies {
  return { kind: "lock", ...lock, package: installsItself(project, lock.libraries) };
}

async function fromRequirements(
  tree: Tree,
  project: ProjectTables,
  python: string,
  { files, hasMain, hasDevelopment, hasTests, reads, locals }: Requirements,
): Promise<Dependencies> {
  const runner = async () => (hasTests ? noNeeds : await runnerNeeds(tree, project, python));
  const needs = hasDevelopment
    ? joined([await runner(), await namedParts(tree, project)])
    : await declaredNeeds(tree, project, python);
  const isRead = needs.groups.length + needs.extras.length > 0 || project.pyproject?.tool?.uv !== undefined;
  const libraries = await librariesOf(tree, project, project, locals);
  const needed = locals.length === 0 ? [] : libraries;
  const paths = isRead ? projectPaths(tree, project.folder) : [];
  // What a package needs to run stands in its own manifest, unless a requirements file repeats it.
  const manifest = !hasMain && locals.length === 0 && isPackage(project) ? manifestOf(project) : undefined;
  const own = manifest === undefined ? [] : manifestReads(tree, project, manifest);
  return {
    kind: "requirements",
    files,
    ...(manifest !== undefined && { manifest }),
    package: installsItself(project, needed),
    ...needs,
    reads: [...new Set([...reads, ...needs.reads, ...paths, ...needed, ...own])].sort(),
  };
}

async function uvLock(
  tree: Tree,
  project: ProjectTables,
  owner: ProjectTables,
  python: string,
): Promise<Dependencies> {
  const { folder } = owner;
  const member = owner === project ? undefined : project.pyproject?.project?.name;
  const libraries = await librariesOf(tree, project, owner);
  // uv checks a lock against its whole workspace and all local libraries, so the pyproject.toml of each must exist.
  const manifests = tree.folders
    .filter(
      (below) =>
        below === folder ||
        (isWorkspace(owner) && isWithin(below, folder)) ||
        libraries.includes(join(below, "/")),
    )
    .filter((below) => tree.has(below, "pyproject.toml"))
    .map((below) => join(below, "pyproject.toml"));
  // uv builds a project to know what is dynamic, except for a version alone; the build may read any file.
  const isDynamic = ({ pyproject }: ProjectTables) =>
    pyproject?.project?.dynamic?.some((field) => field !== "version") === true;
  const built = new Set([owner, project].filter(isDynamic).map((each) => join(each.folder, "/")));
  const { groups, extras } = joined([
    await namedNeeds(tree, project),
    project.isTestedByTox ? declaredIn(project, await toxNeeds(tree, project, python)) : noNeeds,
  ]);
  return {
    kind: "uv-lock",
    folder,
    ...(member !== undefined && { member }),
    ...(project.isFrozen && { isFrozen: true }),
    libraries,
    shared: member === undefined ? [] : (await namedNeeds(tree, owner)).groups,
    package: isPackage(project),
    groups,
    extras,
    reads: [join(folder, "uv.lock"), ...manifests, ...built].sort(),
  };
}

/** Of needs, the groups and extras that the project has. */
function declaredIn({ pyproject }: ProjectTables, { groups, extras }: TestNeeds): TestNeeds {
  const { project, "dependency-groups": ownGroups = {} } = pyproject ?? {};
  const ownExtras = project?.["optional-dependencies"] ?? {};
  return {
    ...noNeeds,
    groups: groups.filter((name) => Object.hasOwn(ownGroups, name)),
    extras: extras.filter((name) => Object.hasOwn(ownExtras, name)),
  };
}

/** Whether the service is installed as a package. It is if its own requirements or lock name it by its path. */
function installsItself(project: ProjectTables, libraries: readonly string[]): boolean {
  return isPackage(project) || libraries.includes(join(project.folder, "/"));
}

function manifestReads(tree: Tree, project: ProjectTables, manifest: string | undefined): readonly string[] {
  return isBuilt(project, manifest) ? [join(project.folder, "/")] : projectPaths(tree, project.folder);
}

/** Whether the dependencies are known only during a build, which may read any file: a README, a version. */
function isBuilt({ pyproject }: ProjectTables, manifest: string | undefined): boolean {
  if (manifest === undefined) return false;
  const { project } = pyproject ?? {};
  if (!manifest.endsWith("pyproject.toml") || project === undefined) return true;
  const dynamic = project.dynamic ?? [];
  return dynamic.includes("dependencies") || dynamic.includes("optional-dependencies");
}

function hasRequires({ setupCfg }: ProjectTables): boolean {
  const options = setupCfg?.get("options");
  return options?.has("install_requires") === true || setupCfg?.has("options.extras_require") === true;
}

/**
 * The file that declares the dependencies. A pyproject.toml with only settings of tools leaves that to setup.py or
 * setup.cfg.
 */
function manifestOf({ folder, pyproject, setupCfg, hasSetupPy }: ProjectTables): string {
  const speaks = pyproject?.project !== undefined || pyproject?.["build-system"] !== undefined;
  if (speaks || (pyproject !== undefined && !hasSetupPy && setupCfg === undefined))
    return join(folder, "pyproject.toml");
  return join(folder, hasSetupPy ? "setup.py" : "setup.cfg");
}

/** A service without dependencies needs no installation. A service whose file cannot be read must fail instead. */
function refuseUnread(tree: Tree, { folder }: ProjectTables): void {
  const lock = ["poetry.lock", "pdm.lock"].find((name) => tree.has(folder, name));
  if (lock === undefined) return;
  throw dependenciesUnsupported(
    `Slipway cannot install dependencies from ${plain(join(folder, lock))} alone`,
    "Add a lock together with its manifest, a requirements.txt, or a pyproject.toml with `[build-system]`.",
  );
}
