import { plain } from "../config/quote.ts";
import { isPackage, type Project } from "./project.ts";
import { dependenciesUnsupported } from "./refusal.ts";
import { findRequirements, type RequirementsFile } from "./requirements.ts";
import { isWithin, join, type Tree } from "./tree.ts";
import { isWorkspace, uvLockOwner } from "./workspace.ts";

/** What a project names its development and test dependencies by. */
interface Named {
  /** `[dependency-groups]` (PEP 735), as in `--group`. */
  readonly groups: readonly string[];
  /** `[project.optional-dependencies]`, as in `--extra`. */
  readonly extras: readonly string[];
}

/**
 * How a service's dependencies are installed. `package` says whether the service itself is one that its tests
 * import as installed. `reads` are the files that the installation reads, relative to the source: all that its
 * layer depends on.
 */
export type Dependencies =
  | ({
      readonly kind: "uv-lock";
      /** The folder of uv.lock: the service's own, or its workspace's. */
      readonly folder: string;
      /** The member's name in the workspace; absent when the lock is the service's own. */
      readonly member?: string;
      readonly package: boolean;
      readonly reads: readonly string[];
    } & Named)
  | ({
      readonly kind: "requirements";
      readonly files: readonly RequirementsFile[];
      readonly package: boolean;
      readonly reads: readonly string[];
    } & Named)
  | ({
      readonly kind: "project";
      /** The file that declares the dependencies, as in `--requirements`; absent when there are groups alone. */
      readonly manifest?: string;
      readonly package: boolean;
      readonly reads: readonly string[];
    } & Named)
  | { readonly kind: "none"; readonly reads: readonly [] };

const developing = ["dev", "develop", "development", "test", "tests", "testing"];

const otherLocks = ["poetry.lock", "pdm.lock", "Pipfile.lock"];

/**
 * Decides how a service's dependencies are installed. The first of these that it has serves:
 *
 * 1. uv.lock beside it, or in the uv workspace that it is a member of, with the groups and extras for tests;
 * 2. requirements files, the one to run with and those for tests; where none is for tests, with the groups and
 *    extras for tests of pyproject.toml;
 * 3. pyproject.toml, setup.cfg or setup.py by themselves, unpinned, with the groups and extras for tests;
 * 4. nothing.
 *
 * The locks of poetry, pdm and Pipenv are not read yet, nor is a setup.cfg without setup.py or pyproject.toml.
 * Fails with DEPENDENCIES_UNSUPPORTED when a service has one of them and none of 1 to 3.
 */
export async function dependenciesOf(tree: Tree, project: Project): Promise<Dependencies> {
  const { folder } = project;
  const named = namedIn(project);
  const owner = await uvLockOwner(tree, project);
  if (owner !== undefined) return uvLock(tree, project, owner, named);
  const requirements = await findRequirements(tree, folder);
  const projectFiles = ["pyproject.toml", "setup.cfg", "setup.py"].filter((name) => tree.has(folder, name));
  const projectPaths = projectFiles.map((name) => join(folder, name));
  if (requirements !== undefined) {
    const { files, hasDevelopment, reads } = requirements;
    const besides = hasDevelopment ? none : named;
    const manifests = besides.groups.length + besides.extras.length > 0 ? projectPaths : [];
    const all = [...reads, ...manifests].sort();
    return { kind: "requirements", files, package: isPackage(project), reads: all, ...besides };
  }
  const declares = isPackage(project) || project.pyproject?.project !== undefined;
  const manifest = declares ? manifestOf(project) : undefined;
  if (manifest !== undefined || named.groups.length > 0) {
    return {
      kind: "project",
      ...(manifest !== undefined && { manifest }),
      package: isPackage(project),
      reads: projectPaths,
      ...named,
    };
  }
  refuseUnread(tree, project);
  return { kind: "none", reads: [] };
}

const none: Named = { groups: [], extras: [] };

function uvLock(tree: Tree, project: Project, owner: Project, named: Named): Dependencies {
  const { folder } = owner;
  const member = owner === project ? undefined : project.pyproject?.project?.name;
  // uv holds a lock against its whole workspace, so each member's pyproject.toml has to be there.
  const manifests = tree.folders
    .filter((below) => below === folder || (isWorkspace(owner) && isWithin(below, folder)))
    .filter((below) => tree.has(below, "pyproject.toml"))
    .map((below) => join(below, "pyproject.toml"));
  return {
    kind: "uv-lock",
    folder,
    ...(member !== undefined && { member }),
    package: isPackage(project),
    reads: [join(folder, "uv.lock"), ...manifests].sort(),
    ...named,
  };
}

/** A pyproject.toml of mere tool configuration leaves the dependencies to setup.py or setup.cfg. */
function manifestOf({ folder, pyproject, setupCfg, hasSetupPy }: Project): string {
  const speaks = pyproject?.project !== undefined || pyproject?.["build-system"] !== undefined;
  if (speaks || (pyproject !== undefined && !hasSetupPy && setupCfg === undefined))
    return join(folder, "pyproject.toml");
  return join(folder, hasSetupPy ? "setup.py" : "setup.cfg");
}

function namedIn({ pyproject }: Project): Named {
  const chosen = (table: Record<string, unknown> = {}) =>
    Object.keys(table).filter((name) => developing.includes(name));
  return {
    groups: chosen(pyproject?.["dependency-groups"]),
    extras: chosen(pyproject?.project?.["optional-dependencies"]),
  };
}

/** Having nothing to install is right for a service without dependencies, not for one whose file we cannot read. */
function refuseUnread(tree: Tree, { folder, setupCfg }: Project): void {
  const lock = otherLocks.find((name) => tree.has(folder, name));
  const unread = lock ?? (setupCfg?.get("options")?.has("install_requires") ? "setup.cfg" : undefined);
  if (unread === undefined) return;
  throw dependenciesUnsupported(
    `${plain(join(folder, unread))} cannot be installed from by itself`,
    "Add a requirements.txt, or a pyproject.toml with [build-system].",
  );
}
