import { type Container, type Directory, dag, type Secret } from "@dagger.io/dagger";
import type { Python } from "#modules/python/src/index.ts";
import { withVersion } from "#modules/python/src/with-version.ts";
import { subset } from "#pipelines/dagger/subset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { execFailureOf } from "#pipelines/errors/exec-error.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { Dependencies } from "#pipelines/plan/python/dependencies.ts";
import { versionInPlace } from "#pipelines/plan/python/version-from-git.ts";
import { join } from "#pipelines/text/path.ts";
import { lackingPackages } from "./build-packages.ts";
import { type InstallSecrets, installSecrets } from "./secrets.ts";
import { type InstallStep, installSteps, lockFile } from "./uv-commands.ts";

/** The Pythons of an installation. */
interface Pythons {
  /** That of the service. */
  readonly python: Python;
  /** The one with which Poetry, PDM and Pipenv export their locks. They do not run on the oldest one. */
  readonly exporter: Python;
}

/**
 * Installs a service's dependencies. If the build of one from source lacks Debian packages that the hosted machines of CI
 * systems have, such as a compiler, it installs them too.
 *
 * @param secrets all secrets of the call. Those for package indexes are present while uv runs, and in no layer.
 * @throws DEPENDENCIES_NOT_INSTALLED with the message of uv, or of the lock's own tool.
 */
export async function installDependencies(
  pythons: Pythons,
  source: Directory,
  service: PlannedService,
  secrets: readonly Secret[],
): Promise<Container> {
  const { name, hasGitDependency, test } = service;
  const packages = new Set([...(hasGitDependency ? ["git"] : []), ...(test === false ? [] : test.packages)]);
  for (let left = mostBuilds; ; left--) {
    const base = await withPackages(pythons.python, name, [...packages]);
    try {
      return await installed(pythons, source, service, secrets, base);
    } catch (error) {
      const failure = execFailureOf(error);
      if (failure === undefined) throw error;
      const lacking = lackingPackages(`${failure.stdout}\n${failure.stderr}`);
      const isNews = lacking.some((each) => !packages.has(each));
      if (left === 1 || !isNews) throw notInstalled(service, error, lacking);
      for (const each of lacking) packages.add(each);
    }
  }
}

/** A build may lack a compiler first, and then headers. */
const mostBuilds = 3;

async function installed(
  { python, exporter }: Pythons,
  source: Directory,
  { path, dependencies, versionFromGit }: PlannedService,
  secrets: readonly Secret[],
  base: Container | undefined,
): Promise<Container> {
  const credentials = await installSecrets(secrets);
  const exported = await exportedLock(exporter, source, dependencies, path, credentials);
  const { variables } = credentials;
  const empty = () => python.environment(dag.directory(), [], ".", undefined, variables, credentials.secrets);
  const install = (from: Container | undefined) => {
    let environment = from;
    for (const step of installSteps(dependencies, path)) {
      const files = filesOf(exported, source, step);
      const { args, folder } = step;
      environment = python.environment(files, [...args], folder, environment, variables, credentials.secrets);
    }
    return environment ?? empty();
  };
  // A build that asks git for its version may run before the project itself is installed, for its dependencies.
  const done = versionFromGit ? withVersion(base ?? empty(), versionInPlace, install) : install(base);
  return ready(done, dependencies).sync();
}

function notInstalled(
  { name, hasGitDependency }: PlannedService,
  error: unknown,
  lacking: readonly string[],
): SlipwayError {
  return new SlipwayError(
    "DEPENDENCIES_NOT_INSTALLED",
    `the dependencies of ${name} could not be installed: ${explain(error).text}`,
    lacking.length > 0
      ? `One is built from source, and its build lacks Debian packages: add \`packages: [${lacking.join(", ")}]\` to the service's \`test\` in slipway.yaml.`
      : `Correct the lock or requirements file, or check that the engine can reach its package index${hasGitDependency ? " and the servers of its git dependencies" : ""}.`,
  );
}

/** An environment with Debian packages alone; undefined without any. */
async function withPackages(
  python: Python,
  service: string,
  packages: readonly string[],
): Promise<Container | undefined> {
  if (packages.length === 0) return undefined;
  try {
    return await python.environment(dag.directory(), [], ".", undefined, [], [], [...packages]).sync();
  } catch (error) {
    if (execFailureOf(error) === undefined) throw error;
    throw new SlipwayError(
      "DEPENDENCIES_NOT_INSTALLED",
      `the Debian packages ${packages.join(", ")} for ${service} could not be installed: ${explain(error).text}`,
      "Correct `test.packages` in slipway.yaml if it names them, or check that the engine can reach Debian's package index.",
    );
  }
}

/**
 * Makes uv ignore the sources of local libraries. These are already installed, and do not lie beside the service
 * when it is itself installed for its tests.
 */
function ready(environment: Container, dependencies: Dependencies): Container {
  const isDone = dependencies.kind === "uv-lock" && dependencies.libraries.length > 0;
  return isDone ? environment.withEnvVariable("UV_NO_SOURCES", "true") : environment;
}

async function exportedLock(
  python: Python,
  source: Directory,
  dependencies: Dependencies,
  path: string,
  { variables, secrets }: InstallSecrets,
): Promise<Directory> {
  if (dependencies.kind !== "lock") return dag.directory();
  const { tool, groups, extras, reads, libraries } = dependencies;
  const files = subset(source, [...reads, ...libraries]);
  const file = await python.requirements(files, tool, path, [...groups], [...extras], variables, secrets);
  return dag.directory().withFile(join(path, lockFile), file);
}

/** The files that an installation reads, each at its own path: its layer depends on these alone. */
function filesOf(exported: Directory, source: Directory, { reads, adds }: InstallStep): Directory {
  const files = subset(source, reads, exported);
  return adds === undefined ? files : files.withNewFile(adds.path, adds.text);
}
