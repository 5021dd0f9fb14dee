import { posix } from "node:path";

import { SlipwayError } from "#pipelines/errors/errors.ts";
import { isProject, type ProjectTables, readProject } from "#pipelines/plan/python/project.ts";
import { hasRequirements } from "#pipelines/plan/python/requirements.ts";
import { isTestFile } from "#pipelines/plan/python/test-file.ts";
import { isWorkspace } from "#pipelines/plan/python/uv-workspace.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import type { Tree } from "./tree.ts";
import { vendored } from "./vendored.ts";

/** A service's folder, and its generated name. */
export interface DiscoveredService {
  readonly name: string;
  readonly path: string;
}

const ignored = new Set([
  ...vendored,
  "doc",
  "docs",
  "example",
  "examples",
  "requirements",
  "sample",
  "samples",
  "template",
  "templates",
  "test",
  "tests",
]);

/** Nobody keeps a service of theirs in these. */
const generated = new Set(["__pycache__", "node_modules", "site-packages", "venv"]);

/**
 * Finds the services of a source. A folder is a service if it has one of these:
 *
 * - a Python project: a pyproject.toml with more than settings of tools, a setup.py, or a setup.cfg with metadata
 *   or options
 * - a requirements file to run with
 * - a Pipfile
 *
 * A folder below a service belongs to it, unless that service is the top of a uv workspace, or has no code but tests
 * and scripts of its own: then those below are also services, and it is one itself only with tests or a Dockerfile. A
 * pyproject.toml or setup.cfg with only settings of tools makes a folder a service only if no service lies below it,
 * and so does a project without any code of its own. Folders of tests, documentation, examples and virtual
 * environments are skipped, and so are hidden ones.
 *
 * A folder with a malformed file counts as a service, so that the fault is reported. It does not hide the services
 * below it.
 */
export async function discover(tree: Tree): Promise<readonly DiscoveredService[]> {
  const requirements = tree.folders.filter((folder) => posix.basename(folder) === "requirements");
  const folders = new Set([...tree.folders, ...requirements.map((folder) => posix.dirname(folder))]);
  const searched = [...folders].filter(isSearched);
  const marked = await opened(
    tree,
    await Promise.all(searched.map(async (folder) => ({ folder, is: await kindOf(tree, folder) }))),
  );
  const closed = marked.filter(({ is }) => is === "service");
  const services = marked.filter(
    ({ folder, is }) =>
      serving.has(is) && !closed.some((outer) => outer.folder !== folder && isWithin(folder, outer.folder)),
  );
  const bare = marked.filter(
    ({ folder, is }) =>
      is === "tools" &&
      !services.some((service) => isWithin(service.folder, folder) || isWithin(folder, service.folder)) &&
      !marked.some(
        (outer) => outer.is === "tools" && outer.folder !== folder && isWithin(folder, outer.folder),
      ),
  );
  const paths = [...services, ...bare].map(({ folder }) => folder).sort();
  return named(paths, await rootName(tree));
}

/**
 * Finds the folders that would be services, but for a name such as vendor, docs or fixtures: with a project or
 * requirements, and with a test file of Python or a Dockerfile. Folders in a service belong to it.
 */
export async function passedOver(
  tree: Tree,
  services: readonly Pick<DiscoveredService, "path">[],
): Promise<readonly string[]> {
  const named = tree.folders.filter(
    (folder) => isSkipped(folder) && !services.some(({ path }) => isWithin(folder, path)),
  );
  const kinds = await Promise.all(named.map((folder) => kindOf(tree, folder)));
  const found = named.filter((_, index) => serving.has(kinds[index] ?? "other"));
  if (found.length === 0) return [];
  const tests = (await tree.all()).filter(isTestFile);
  const outermost = found.filter(
    (folder) => !found.some((outer) => outer !== folder && isWithin(folder, outer)),
  );
  const images = tree.folders.filter((folder) => tree.has(folder, "Dockerfile"));
  return outermost.filter((folder) => [...tests, ...images].some((path) => isWithin(path, folder)));
}

/** Whether only a name of `ignored` keeps a folder from being searched: not that of a virtual environment, or a hidden one. */
function isSkipped(folder: string): boolean {
  const names = folder.split("/");
  return (
    names.some((name) => ignored.has(name)) &&
    !names.some((name) => generated.has(name) || name.startsWith(".") || name.endsWith(".egg-info"))
  );
}

interface Marked {
  readonly folder: string;
  /** Only a service closes what lies below it; tools only count if nothing lies below them. */
  readonly is: "service" | "workspace" | "malformed" | "tools" | "other";
}

/** The kinds of folders that are services, if nothing closes them. */
const serving: ReadonlySet<Marked["is"]> = new Set(["service", "workspace", "malformed"]);

/**
 * Opens the folders that look like services and are only around them. The top of a repository with several services
 * often has a project or requirements for its tools, its documentation, or tests of all services together.
 */
async function opened(tree: Tree, marked: readonly Marked[]): Promise<readonly Marked[]> {
  const candidates = marked.filter(({ is }) => is === "service" || is === "workspace");
  const below = (folder: string) =>
    candidates.filter((other) => other.folder !== folder && isWithin(other.folder, folder));
  if (!candidates.some(({ folder }) => below(folder).length > 0)) return marked;
  const code = (await tree.all()).filter((path) => path.endsWith(".py"));
  return marked.map((one) => {
    const inner = candidates.includes(one) ? below(one.folder) : [];
    if (inner.length === 0) return one;
    const theirs = inner.flatMap(({ folder }) => [
      folder,
      ...["tests", "test"].map((tests) => join(one.folder, join(tests, posix.basename(folder)))),
    ]);
    const own = code.filter(
      (path) =>
        isWithin(path, one.folder) &&
        isOwnCode(posix.relative(one.folder, path)) &&
        !theirs.some((folder) => isWithin(path, folder)),
    );
    // An image of its own is a program, even if its code is in scripts, or not of Python.
    if (own.length === 0) return { ...one, is: tree.has(one.folder, "Dockerfile") ? "workspace" : "tools" };
    // With one service below, tests of all are tests of that one, and need what the top installs.
    return inner.length > 1 && own.every((path) => isForTests(posix.relative(one.folder, path)))
      ? { ...one, is: "workspace" }
      : one;
  });
}

/**
 * Whether a file of Python is a program or a test: not documentation, an example, or a script for developers.
 *
 * @param path relative to the folder that may be a service.
 */
function isOwnCode(path: string): boolean {
  const folders = path.split("/").slice(0, -1);
  const isTooling = folders.some((name) => tooling.has(name) || (ignored.has(name) && !isTestFolder(name)));
  return !isTooling && !folders.some((name) => name.startsWith(".")) && !scripts.has(posix.basename(path));
}

function isForTests(path: string): boolean {
  return isTestFile(path) || path.split("/").slice(0, -1).some(isTestFolder);
}

function isTestFolder(name: string): boolean {
  return name === "test" || name === "tests";
}

/** Folders with scripts for developers. */
const tooling = new Set(["bin", "ci", "dev", "hack", "infra", "infrastructure", "scripts", "tools"]);

/** Files that builds and task runners read. */
const scripts = new Set([
  "__init__.py",
  "conftest.py",
  "dodo.py",
  "fabfile.py",
  "noxfile.py",
  "setup.py",
  "tasks.py",
  "versioneer.py",
]);

async function kindOf(tree: Tree, folder: string): Promise<Marked["is"]> {
  const marks = ["pyproject.toml", "setup.py", "setup.cfg"].some((name) => tree.has(folder, name));
  const runs =
    hasRequirements(tree, folder) || ["Pipfile", "Pipfile.lock"].some((name) => tree.has(folder, name));
  if (!marks) return runs ? "service" : "other";
  const project = await attempt(tree, folder);
  if (project === undefined) return "malformed";
  const serves = isProject(project) || runs;
  if (isWorkspace(project)) return serves ? "workspace" : "tools";
  return serves ? "service" : "tools";
}

/** Reads a project; undefined if its files are malformed: the plan of that service reports it. */
async function attempt(tree: Tree, folder: string): Promise<ProjectTables | undefined> {
  return readProject(tree, folder).catch((error: unknown) => {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  });
}

/** Whether a folder may hold something of the repository's own: not tests, documents, examples, or hidden files. */
export function isSearched(folder: string): boolean {
  if (folder === ".") return true;
  return folder
    .split("/")
    .every(
      (name) =>
        !ignored.has(name) && !name.startsWith(".") && !name.endsWith(".egg-info") && !/[{}]/.test(name),
    );
}

async function rootName(tree: Tree): Promise<string> {
  const project = await attempt(tree, ".");
  const name = project?.pyproject?.project?.name ?? project?.pyproject?.tool?.poetry?.name;
  return name === undefined ? "app" : slug(name, "app");
}

/**
 * Names each folder after itself. If two would have the same name, they are named after their whole paths. Names
 * that are still equal get a number.
 */
function named(folders: readonly string[], root: string): readonly DiscoveredService[] {
  const short = folders.map((path) => (path === "." ? root : slug(posix.basename(path), "service")));
  const taken = new Set<string>();
  return folders.map((path, index) => {
    const own = short[index] ?? root;
    const isShared = short.filter((name) => name === own).length > 1;
    const wanted = isShared && path !== "." ? slug(path, "service") : own;
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted.slice(0, 58)}-${number}`;
    taken.add(name);
    return { name, path };
  });
}

/** Makes a name that matches the grammar for names of services in slipway.yaml. */
function slug(text: string, otherwise: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.split(/([._-]?[^a-z0-9]+)/).filter((part) => part !== "");
  const joined = words
    .map((word) => (/^[a-z0-9]/.test(word) ? word : /^[._-]$/.test(word) ? word : "-"))
    .join("");
  const short = joined.slice(0, 63).replace(/^[._-]+|[._-]+$/g, "");
  return short === "" ? otherwise : short;
}
