import { type Container, type Directory, dag } from "@dagger.io/dagger";
import type { Python } from "../modules/python/src/index.ts";
import { breakdown } from "./breakdown.ts";
import { SlipwayError } from "./errors.ts";
import { execFailureOf } from "./exec-failure.ts";
import type { Dependencies } from "./plan/dependencies.ts";
import { join } from "./plan/tree.ts";
import type { PlannedService } from "./plan.ts";

/** How uv installs a service's dependencies: the arguments, and where in the source it runs. */
export interface Install {
  readonly args: readonly string[];
  readonly folder: string;
}

/**
 * Says with which arguments uv installs what a service needs for its tests, without the service itself.
 * https://docs.astral.sh/uv/reference/cli/
 */
export function installOf(dependencies: Dependencies, path: string): Install {
  switch (dependencies.kind) {
    case "none":
      return { args: [], folder: "." };
    case "uv-lock": {
      const { folder, member, groups, extras } = dependencies;
      const part = member === undefined ? [] : [`--package=${member}`];
      const named = [...groups.map((name) => `--group=${name}`), ...extras.map((name) => `--extra=${name}`)];
      return { args: ["sync", "--locked", "--inexact", "--no-install-workspace", ...part, ...named], folder };
    }
    case "requirements": {
      const { files } = dependencies;
      const hashed = files.every((file) => file.hashed) ? ["--require-hashes"] : [];
      const named = namedIn(dependencies, path);
      return { args: ["pip", "install", ...hashed, ...files.map(requirements), ...named], folder: "." };
    }
    case "project":
      return { args: ["pip", "install", ...projectIn(dependencies, path)], folder: "." };
  }
}

/**
 * Installs a service's dependencies.
 *
 * @throws DEPENDENCIES_NOT_INSTALLED with uv's own words.
 */
export async function installed(
  python: Python,
  source: Directory,
  service: PlannedService,
): Promise<Container> {
  const { args, folder } = installOf(service.dependencies, service.path);
  try {
    return await python.environment(installFiles(source, service.dependencies), [...args], folder).sync();
  } catch (error) {
    if (execFailureOf(error) === undefined) throw error;
    throw new SlipwayError(
      "DEPENDENCIES_NOT_INSTALLED",
      `the dependencies of ${service.name} could not be installed: ${breakdown(error).text}`,
      "Mend the lock or requirements file, or make its index reachable.",
    );
  }
}

/** The files that the installation reads, each at its own place: all that its layer depends on. */
function installFiles(source: Directory, dependencies: Dependencies): Directory {
  return dependencies.reads.reduce((files, path) => files.withFile(path, source.file(path)), dag.directory());
}

type Named = Extract<Dependencies, { kind: "requirements" | "project" }>;

function projectIn(dependencies: Extract<Dependencies, { kind: "project" }>, path: string): string[] {
  const { manifest } = dependencies;
  const own = manifest === undefined ? [] : [requirements({ path: manifest })];
  return [...own, ...namedIn(dependencies, path).filter((arg) => !own.includes(arg))];
}

function namedIn({ groups, extras }: Named, path: string): string[] {
  const project = join(path, "pyproject.toml");
  return [
    ...groups.map((name) => `--group=${project}:${name}`),
    ...(extras.length > 0 ? [requirements({ path: project })] : []),
    ...extras.map((name) => `--extra=${name}`),
  ];
}

function requirements({ path }: { readonly path: string }): string {
  return `--requirements=${path}`;
}
