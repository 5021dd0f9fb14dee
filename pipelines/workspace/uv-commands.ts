import { posix } from "node:path";

import type { Dependencies, FurtherInstall } from "#pipelines/plan/python/dependencies.ts";
import { join } from "#pipelines/text/path.ts";

/** One run of uv, which makes one layer. */
export interface InstallStep {
  /** Its arguments. https://docs.astral.sh/uv/reference/cli/ */
  readonly args: readonly string[];
  /** The folder in which it runs, relative to the source. */
  readonly folder: string;
  /** The parts of the source that it reads; folders end with `/`. */
  readonly reads: readonly string[];
  /** A file that uv needs and the source does not have. */
  readonly adds?: { readonly path: string; readonly text: string };
}

/** The name of an exported lock in the service's folder. */
export const lockFile = "slipway-lock.txt";

/** A setup.py that makes setuptools read a setup.cfg without one. */
const setupPy = "from setuptools import setup\n\nsetup()\n";

type Kind<Name extends Dependencies["kind"]> = Extract<Dependencies, { kind: Name }>;

/**
 * Returns the runs of uv that install a service's dependencies for its tests, without the service itself. The runs
 * build on each other, so the parts that rarely change come first. Local libraries are installed as copies, because
 * the tests see only the service's folder.
 *
 * @param path the service's folder.
 */
export function installSteps(dependencies: Dependencies, path: string): readonly InstallStep[] {
  const further = dependencies.kind === "none" ? [] : (dependencies.further ?? []);
  return [...ownSteps(dependencies, path), ...further.map((each) => fromPipeline(each, path))];
}

/** A call of pip in a pipeline, which may change what is installed before. */
function fromPipeline(
  { requirements, files, reads, options = [] }: FurtherInstall,
  path: string,
): InstallStep {
  const listed = files.map((file) => `--requirements=${posix.relative(path, file)}`);
  const args = ["pip", "install", "--no-editable", ...options, ...listed, ...requirements];
  return { args, folder: path, reads };
}

function ownSteps(dependencies: Dependencies, path: string): readonly InstallStep[] {
  switch (dependencies.kind) {
    case "none":
      return [];
    case "uv-lock":
      return fromUvLock(dependencies);
    case "lock":
      return [fromLock(dependencies, path)];
    case "requirements":
      return [fromRequirements(dependencies, path)];
    case "project":
      return [fromProject(dependencies, path)];
  }
}

/** A member's libraries come last, from source. The rest comes from the lock and the manifests alone. */
function fromUvLock(dependencies: Kind<"uv-lock">): InstallStep[] {
  const { folder, member, isFrozen, groups, extras, shared, reads, libraries } = dependencies;
  const part = member === undefined ? [] : [`--package=${member}`];
  const named = [...groups.map((name) => `--group=${name}`), ...extras.map((name) => `--extra=${name}`)];
  const sync = ["sync", isFrozen ? "--frozen" : "--locked", "--inexact"];
  const top = shared.map((name) => `--only-group=${name}`);
  const others = [
    ...(top.length === 0 ? [] : [{ args: [...sync, "--no-install-local", ...top], folder, reads }]),
    { args: [...sync, "--no-install-local", ...part, ...named], folder, reads },
  ];
  if (libraries.length === 0) return others;
  const own = ["--no-editable", "--no-install-project"];
  return [...others, { args: [...sync, ...own, ...part, ...named], folder, reads: [...reads, ...libraries] }];
}

/**
 * The export of the lock's own tool is complete, so uv resolves nothing again. Each file is checked against its
 * hash, so it may come from any of the indexes. A manifest without a lock has only what it names itself.
 */
function fromLock({ isLocked, indexes, libraries }: Kind<"lock">, path: string): InstallStep {
  const named = indexes.map(({ name, url }) => `--index=${name}=${url}`);
  const how = isLocked
    ? ["--no-deps", "--no-editable", "--index-strategy=unsafe-best-match"]
    : ["--no-editable"];
  return {
    args: ["pip", "install", ...how, ...named, `--requirements=${lockFile}`],
    folder: path,
    reads: libraries,
  };
}

function fromRequirements(dependencies: Kind<"requirements">, path: string): InstallStep {
  const { files, manifest, reads, groups, extras, requirements } = dependencies;
  const isHashed = requirements.length === 0 && manifest === undefined && files.every((file) => file.hashed);
  const hashed = isHashed ? ["--require-hashes"] : [];
  const listed = files.map((file) => `--requirements=${posix.relative(path, file.path)}`);
  const own = manifest ?? (extras.length > 0 ? join(path, "pyproject.toml") : undefined);
  const project = own === undefined ? [] : [`--requirements=${posix.relative(path, own)}`];
  const args = [
    "pip",
    "install",
    "--no-editable",
    ...hashed,
    ...listed,
    ...project,
    ...flags(groups, extras),
    ...requirements,
  ];
  return { args, folder: path, reads };
}

function fromProject(dependencies: Kind<"project">, path: string): InstallStep {
  const { manifest, reads, groups, extras, requirements } = dependencies;
  const declared = manifest === undefined ? [] : [`--requirements=${posix.relative(path, manifest)}`];
  const args = ["pip", "install", ...declared, ...flags(groups, extras), ...requirements];
  const isAlone = manifest !== undefined && posix.basename(manifest) === "setup.cfg";
  const adds = isAlone ? { adds: { path: join(path, "setup.py"), text: setupPy } } : {};
  return { args, folder: path, reads, ...adds };
}

function flags(groups: readonly string[], extras: readonly string[]): string[] {
  return [...groups.map((name) => `--group=${name}`), ...extras.map((name) => `--extra=${name}`)];
}
