import { posix } from "node:path";
import type { Image, Service, Test } from "#pipelines/config/config.ts";
import { defaults } from "#pipelines/config/defaults.ts";
import { imageSchema } from "#pipelines/config/schema.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type AskedPython, askedPython } from "#pipelines/plan/python/asked-python.ts";
import {
  type AskedTests,
  askedTests,
  isOpen,
  testAsAsked,
  testInstallation,
} from "#pipelines/plan/python/asked-tests.ts";
import { type ForeignTool, foreignTools } from "#pipelines/plan/python/calls/foreign-tools.ts";
import { type Preparation, preparationOf } from "#pipelines/plan/python/calls/preparation.ts";
import { startedTests, testCalls } from "#pipelines/plan/python/calls/test-calls.ts";
import { type Dependencies, dependenciesOf } from "#pipelines/plan/python/dependencies.ts";
import { hasGitDependency } from "#pipelines/plan/python/git-dependency.ts";
import { type LeastCoverage, leastCoverage } from "#pipelines/plan/python/least-coverage.ts";
import { type PlannedLinter, planLinters, planTypeCheckers } from "#pipelines/plan/python/linters.ts";
import { readProject } from "#pipelines/plan/python/project.ts";
import { hasVersionFromGit, versionFile } from "#pipelines/plan/python/version-from-git.ts";
import { isWithin, join, joinInside } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import type { LinterName, TypeCheckerName } from "#pipelines/tools/registry.ts";
import { contextOf } from "./image-context.ts";
import { type ImageReads, imageReads } from "./image-reads.ts";
import { placeTests } from "./tests-beside.ts";
import { type Tree, upwards } from "./tree.ts";

/** An image as in slipway.yaml, and its context folder, relative to the service's path. */
export type PlannedImage = Image & { readonly context: string; readonly reads: ImageReads };

/** The plan for one service; paths are relative to the source. */
export interface PlannedService {
  readonly name: string;
  readonly path: string;
  /** The version `3.Y` for every step that does not depend on the version. */
  readonly python: string;
  /** The versions with which the tests and type checkers run; `python` is the first. */
  readonly pythons: readonly string[];
  /** What its files ask for; absent if slipway.yaml sets the version, or no file does. */
  readonly askedPython?: AskedPython;
  readonly dependencies: Dependencies;
  /** Whether their installation fetches some from git. */
  readonly hasGitDependency: boolean;
  /** The linters and formatters of its code; false: switched off in slipway.yaml. */
  readonly lint: readonly PlannedLinter<LinterName>[] | false;
  /** The type checkers of its code; false: switched off in slipway.yaml. */
  readonly types: readonly PlannedLinter<TypeCheckerName>[] | false;
  /** What else the repository runs over its code. */
  readonly foreignTools: readonly ForeignTool[];
  readonly test: Test | false;
  /** How the repository runs its tests, where `test` follows it; absent if slipway.yaml says which tests run. */
  readonly askedTests?: AskedTests;
  /** What the repository's workflow does before these tests; absent if it does nothing, or slipway.yaml says it. */
  readonly preparation?: Preparation;
  readonly leastCoverage: LeastCoverage;
  /** What its tests and types read outside of its folder; folders end with `/`. */
  readonly besides: readonly string[];
  /** As in slipway.yaml, or from the found Dockerfile; undefined: there is no Dockerfile. */
  readonly image: PlannedImage | false | undefined;
  /** Whether its build reads its version from git, which its tests do not get. */
  readonly versionFromGit: boolean;
  /** The file that its build writes its version to, and that the source lacks; relative to the source. */
  readonly versionFile?: string;
  /** Whether its README and its like are for people alone: no test reads them as far as its settings say. */
  readonly hasPages: boolean;
  /** The paths of other services below this one, which are checked separately. */
  readonly nested: readonly string[];
}

/**
 * Plans one service without its image. Fails with the errors of reading its files.
 *
 * @param others the folders of all services. @param coverage `gates.coverage`, if slipway.yaml sets it.
 */
export async function planService(
  tree: Tree,
  name: string,
  service: Service,
  others: readonly string[],
  coverage: number | undefined,
): Promise<Omit<PlannedService, "image" | "nested">> {
  const { path, lint, types, test } = service;
  if (!(await tree.hasFolder(path))) {
    const what = `\`services.${plain(name)}.path\`: no such folder in the source: ${plain(path)}`;
    throw new SlipwayError("PATH_NOT_FOUND", what, "Correct the path in slipway.yaml, or add the folder.");
  }
  const nested = others.filter((other) => other !== path && isWithin(other, path));
  const tests = await testCalls(tree, path, nested);
  const { calls } = tests;
  const started = await startedTests(tree, path, calls);
  const project = {
    ...(await readProject(tree, path)),
    ...(await testInstallation(tree, path, calls, started)),
  };
  const asked = service.python === undefined ? await askedPython(tree, project, service) : undefined;
  const pythons = service.python ?? asked?.version ?? defaults.python;
  const [python = defaults.python] = typeof pythons === "string" ? [pythons] : pythons;
  const dependencies = await dependenciesOf(tree, project, python);
  const written = await versionFile(tree, project);
  const placed = await placeTests(tree, { name, path, test }, others);
  const followed = placed.test !== false && isOpen(placed.test) && dependencies.kind !== "none";
  const askedOfTests = followed
    ? await askedTests(tree, { project, nested, started, ...tests }, python, dependencies.reads)
    : undefined;
  const asIs = placed.test === false ? false : testAsAsked(placed.test, askedOfTests);
  const preparation = followed
    ? await preparationOf(tree, { path, test: asIs, dependencies }, started)
    : undefined;
  const further = preparation?.installs.flatMap(({ requirements }) => requirements) ?? [];
  return {
    name,
    path,
    python,
    pythons: typeof pythons === "string" ? [pythons] : pythons,
    ...(asked !== undefined && { askedPython: asked }),
    dependencies,
    hasGitDependency: await hasGitDependency(tree, path, dependencies, further),
    lint: lint && (await planLinters(tree, project, lint)),
    types: types && (await planTypeCheckers(tree, project, types)),
    foreignTools: lint === false ? [] : await foreignTools(tree, path),
    ...placed,
    test: asIs,
    ...(askedOfTests !== undefined && { askedTests: askedOfTests }),
    ...(preparation !== undefined && { preparation }),
    leastCoverage: await leastCoverage(tree, project, coverage),
    versionFromGit:
      dependencies.kind !== "none" && dependencies.package && (await hasVersionFromGit(tree, project)),
    ...(written !== undefined && { versionFile: written }),
    hasPages: await hasPages(tree, path),
  };
}

/** A README is more than a page if pytest takes examples from it. */
async function hasPages(tree: Tree, path: string): Promise<boolean> {
  const places = upwards(path).flatMap((folder) =>
    pytestFiles.filter((name) => tree.has(folder, name)).map((name) => join(folder, name)),
  );
  const texts = await Promise.all(places.map((file) => tree.read(file).catch(() => "")));
  return !texts.some((text) => /doctest|sybil|pytest-markdown|markdown-docs|mktestdocs/i.test(text));
}

/** The files in which pytest is set up. */
const pytestFiles = ["pyproject.toml", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "conftest.py"];

/**
 * Plans a service's image: from slipway.yaml, or from its Dockerfile. If only a folder above contains the files
 * that the Dockerfile copies, the image is built from there, unless a context is named.
 *
 * Fails with DOCKERFILE_NOT_FOUND when slipway.yaml asks for an image and the Dockerfile is missing, and with
 * PATH_OUTSIDE_SOURCE when the context leaves the source.
 */
export async function planImage(
  tree: Tree,
  name: string,
  service: Service,
): Promise<PlannedService["image"]> {
  const { image, path } = service;
  if (image === false) return false;
  if (image === undefined) {
    if (!tree.has(path, defaults.dockerfile)) return undefined;
    return found(tree, path, imageSchema.parse({}));
  }
  const { context = defaults.context } = image;
  const folder = joinInside(path, context);
  if (folder === undefined) {
    const what = `\`services.${plain(name)}.image.context\`: ${plain(context)} leads out of the source`;
    throw new SlipwayError("PATH_OUTSIDE_SOURCE", what, "Set `context` to a folder inside the source.");
  }
  const dockerfile = join(folder, image.dockerfile);
  if (await tree.hasFile(dockerfile)) {
    if (image.context === undefined) return found(tree, path, image);
    return { ...image, context, reads: await imageReads(tree, folder, dockerfile, image) };
  }
  const what = `\`services.${plain(name)}.image\`: no such file in the source: ${plain(dockerfile)}`;
  throw new SlipwayError(
    "DOCKERFILE_NOT_FOUND",
    what,
    "Add the file, correct `image.dockerfile`, or set `image: false`.",
  );
}

/** Finds the context of an image that does not name one. */
async function found(tree: Tree, path: string, image: Image): Promise<PlannedImage> {
  const own = { ...image, context: defaults.context };
  const dockerfile = dockerfileOf({ path }, own);
  // A link that leads nowhere is listed, but cannot be read: the build reports it.
  const text = await tree.read(dockerfile).catch(() => "");
  const context = await contextOf(tree, path, text, image.target, image.args);
  const reads = await imageReads(tree, context, dockerfile, image);
  if (context === posix.normalize(path)) return { ...own, reads };
  return {
    ...own,
    context: posix.relative(path, context),
    dockerfile: posix.relative(context, dockerfile),
    reads,
  };
}

/** The folder of the source from which a service's image is built. */
export function contextFolderOf(
  { path }: Pick<PlannedService, "path">,
  { context }: Pick<PlannedImage, "context">,
): string {
  return join(path, context);
}

/** The path of a service's Dockerfile in the source. */
export function dockerfileOf(
  service: Pick<PlannedService, "path">,
  image: Pick<PlannedImage, "context" | "dockerfile">,
): string {
  return join(contextFolderOf(service, image), image.dockerfile);
}

/** The names of the services' images, as manifests use them. */
export function imageNamesOf(services: readonly PlannedService[]): readonly string[] {
  return services.flatMap(({ image }) => (image ? (image.name ?? []) : []));
}
