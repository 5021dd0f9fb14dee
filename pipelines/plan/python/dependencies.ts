import { dependenciesUnsupported } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { type ForeignLock, foreignLockOf } from "./foreign-lock.ts";
import { librariesOf } from "./libraries.ts";
import { isPackage, type ProjectTables } from "./project.ts";
import { findRequirements, type RequirementsFile } from "./requirements.ts";
import { isWorkspace, uvLockOwner } from "./uv-workspace.ts";

/** The names under which a project declares its development and test dependencies. */
interface Named {
  /** `[dependency-groups]` (PEP 735), as in `--group`. */
  readonly groups: readonly string[];
  /** `[project.optional-dependencies]`, as in `--extra`. */
  readonly extras: readonly string[];
}

/** The facts about every kind of installation. */
interface Installation {
  /** Whether the tests import the service itself as an installed package. */
  readonly package: boolean;
  /**
   * The files that the installation reads, relative to the source: its layer depends on these alone. Folders end
   * with `/`.
   */
  readonly reads: readonly string[];
}

/** How a service's dependencies are installed. */
export type Dependencies =
  | ({
      readonly kind: "uv-lock";
      /** The folder of uv.lock: the service's own, or its workspace's. */
      readonly folder: string;
      /** The member's name in the workspace; absent if the lock is the service's own. */
      readonly member?: string;
      /** Local libraries, which are installed last, from source, in their own layer. Folders end with `/`. */
      readonly libraries: readonly string[];
    } & Installation &
      Named)
  | ({ readonly kind: "lock" } & ForeignLock & Pick<Installation, "package">)
  | ({
      readonly kind: "requirements";
      readonly files: readonly RequirementsFile[];
    } & Installation &
      Named)
  | ({
      readonly kind: "project";
      /** The file that declares the dependencies, as in `--requirements`; absent if there are only groups. */
      readonly manifest?: string;
    } & Installation &
      Named)
  | { readonly kind: "none"; readonly reads: readonly [] };

const developing = ["dev", "develop", "development", "test", "tests", "testing"];

/**
 * Decides how a service's dependencies are installed. The first of these that exists is used:
 *
 * 1. uv.lock beside it, or in its uv workspace, with the groups and extras for tests
 * 2. poetry.lock, pdm.lock or Pipfile.lock beside it, with the tool's default groups and the extras for tests
 * 3. requirements files: the one to run with and those for tests; without any for tests, also the groups and extras
 *    for tests of pyproject.toml
 * 4. pyproject.toml, setup.cfg or setup.py alone, unpinned, with the groups and extras for tests
 * 5. no installation
 *
 * Fails with DEPENDENCIES_UNSUPPORTED when a service has none of 1 to 4, but has a lock without its manifest. It
 * also fails for a manifest that only its own tool reads: a Pipfile, or a pyproject.toml of Poetry without
 * [build-system].
 */
export async function dependenciesOf(tree: Tree, project: ProjectTables): Promise<Dependencies> {
  const { folder } = project;
  const named = await namedIn(tree, project);
  const owner = await uvLockOwner(tree, project);
  if (owner !== undefined) return uvLock(tree, project, owner, named);
  const lock = await foreignLockOf(tree, project);
  if (lock !== undefined) return { kind: "lock", ...lock, package: installsItself(project, lock.libraries) };
  const requirements = await findRequirements(tree, folder);
  const projectFiles = ["pyproject.toml", "setup.cfg", "setup.py"].filter((name) => tree.has(folder, name));
  const projectPaths = projectFiles.map((name) => join(folder, name));
  if (requirements !== undefined) {
    const { files, hasDevelopment, reads, locals } = requirements;
    const besides = hasDevelopment ? none : named;
    const isRead =
      besides.groups.length + besides.extras.length > 0 || project.pyproject?.tool?.uv !== undefined;
    const libraries = await librariesOf(tree, project, project, locals);
    const needed = locals.length === 0 ? [] : libraries;
    const all = [...reads, ...(isRead ? projectPaths : []), ...needed].sort();
    return { kind: "requirements", files, package: installsItself(project, needed), reads: all, ...besides };
  }
  const declares = isPackage(project) || project.pyproject?.project !== undefined || hasRequires(project);
  const manifest = declares ? manifestOf(project) : undefined;
  if (manifest !== undefined || named.groups.length > 0) {
    return {
      kind: "project",
      ...(manifest !== undefined && { manifest }),
      package: isPackage(project),
      reads: isBuilt(project, manifest) ? [join(folder, "/")] : projectPaths,
      ...named,
    };
  }
  refuseUnread(tree, project);
  return { kind: "none", reads: [] };
}

const none: Named = { groups: [], extras: [] };

async function uvLock(
  tree: Tree,
  project: ProjectTables,
  owner: ProjectTables,
  named: Named,
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
  return {
    kind: "uv-lock",
    folder,
    ...(member !== undefined && { member }),
    libraries,
    package: isPackage(project),
    reads: [join(folder, "uv.lock"), ...manifests].sort(),
    ...named,
  };
}

/** Whether the service is installed as a package. It is if its own requirements or lock name it by its path. */
function installsItself(project: ProjectTables, libraries: readonly string[]): boolean {
  return isPackage(project) || libraries.includes(join(project.folder, "/"));
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

async function namedIn(tree: Tree, project: ProjectTables): Promise<Named> {
  const chosen = (names: readonly string[]) => names.filter((name) => developing.includes(name));
  return {
    groups: chosen(Object.keys(project.pyproject?.["dependency-groups"] ?? {})),
    extras: chosen(await extrasOf(tree, project)),
  };
}

async function extrasOf(
  tree: Tree,
  { folder, pyproject, setupCfg, hasSetupPy }: ProjectTables,
): Promise<string[]> {
  if (pyproject?.project !== undefined) return Object.keys(pyproject.project["optional-dependencies"] ?? {});
  const inSetupCfg = [...(setupCfg?.get("options.extras_require")?.keys() ?? [])];
  if (inSetupCfg.length > 0 || !hasSetupPy) return inSetupCfg;
  // setup.py is a program: only its literals can be read.
  const text = (await tree.read(join(folder, "setup.py"))).split("extras_require", 2)[1] ?? "";
  return [...text.slice(0, 10_000).matchAll(/["']([\w-]+)["']\s*:/g)].map(([, name = ""]) => name);
}

/** A service without dependencies needs no installation. A service whose file cannot be read must fail instead. */
function refuseUnread(tree: Tree, { folder, pyproject }: ProjectTables): void {
  const lock = ["poetry.lock", "pdm.lock", "Pipfile"].find((name) => tree.has(folder, name));
  const needs = Object.keys(pyproject?.tool?.poetry?.dependencies ?? {}).filter((name) => name !== "python");
  const unread = lock ?? (needs.length === 0 ? undefined : "pyproject.toml");
  if (unread === undefined) return;
  throw dependenciesUnsupported(
    `Slipway cannot install dependencies from ${plain(join(folder, unread))} alone`,
    "Add a lock together with its manifest, a requirements.txt, or a pyproject.toml with `[build-system]`.",
  );
}
