import type { Directory, File, Secret } from "@dagger.io/dagger";
import { at, type Images, withTool } from "./base-container.ts";
import { errorOf } from "./coded-error.ts";
import { withCredentials } from "./credentials.ts";
import { pins } from "./pins.ts";
import { uv } from "./uv-tool.ts";

/** A tool with a lock of its own. */
export type LockTool = "poetry" | "pdm" | "pipenv";

const lockFiles = { poetry: "poetry.lock", pdm: "pdm.lock", pipenv: "Pipfile.lock" } as const;

/** Reads the name of a tool. Fails with ARGUMENT_INVALID on any other. */
export function lockTool(name: string): LockTool {
  if (name === "poetry" || name === "pdm" || name === "pipenv") return name;
  throw errorOf(
    "ARGUMENT_INVALID",
    `tool: ${JSON.stringify(name)} has no lock that can be exported`,
    "Set it to poetry, pdm or pipenv.",
  );
}

/** Which of a tool's two files there are. */
export interface LockFiles {
  /** A Pipfile.lock is usable without a Pipfile too. */
  readonly hasManifest: boolean;
  readonly hasLock: boolean;
}

/**
 * The commands that check a tool's lock against its manifest, and then print it as requirements with hashes. Poetry's
 * export refuses a lock that does not match. PDM and pipenv need a check before it. Without a lock, pipenv makes one,
 * and Poetry's own library prints what the manifest asks for.
 *
 * @param groups Poetry's groups to export in addition to the main one
 * @param extras the project's extras to export
 */
export function exporting(
  tool: LockTool,
  groups: readonly string[],
  extras: readonly string[],
  { hasManifest, hasLock }: LockFiles,
): readonly (readonly string[])[] {
  switch (tool) {
    case "poetry": {
      if (!hasLock)
        return [["/opt/tools/poetry/bin/python", poetryScript, JSON.stringify({ groups, extras })]];
      const named = [...groups.map((name) => `--with=${name}`), ...extras.map((name) => `--extras=${name}`)];
      return [["poetry", "export", "--no-interaction", ...named]];
    }
    case "pdm": {
      // Without an option PDM exports every extra; with a named extra, still the groups for development.
      const named = extras.length === 0 ? ["--dev"] : extras.map((name) => `--group=${name}`);
      return [
        ["pdm", "lock", "--check", "--verbose"],
        ["pdm", "export", "--format=requirements", ...named],
      ];
    }
    case "pipenv": {
      const check = hasManifest ? [["pipenv", "verify"]] : [];
      return [...(hasLock ? check : [["pipenv", "lock"]]), ["pipenv", "requirements", "--dev", "--hash"]];
    }
  }
}

/** The path of `poetryRequirements` in the container. */
const poetryScript = "/slipway/poetry-requirements.py";

/**
 * Prints the dependencies of a Poetry project as requirements. Poetry's constraints are no PEP 508, and `poetry lock`
 * resolves far more slowly than uv.
 */
const poetryRequirements = `
import json
import sys
from pathlib import Path

from poetry.core.constraints.version import VersionRange
from poetry.core.factory import Factory


def requirement(dependency):
    text = dependency.to_pep_508(with_extras=False)
    if "||" not in text:
        return text
    # PEP 440 has no alternatives: from the lowest to the highest.
    first, last = dependency.constraint.ranges[0], dependency.constraint.ranges[-1]
    whole = VersionRange(first.min, last.max, first.include_min, last.include_max)
    return dependency.with_constraint(whole).to_pep_508(with_extras=False)


asked = json.loads(sys.argv[1])
package = Factory().create_poetry(Path.cwd()).package
extras = {str(one.name) for name in asked["extras"] for one in package.extras.get(name, [])}
for group in ["main", *asked["groups"]]:
    if not package.has_dependency_group(group):
        continue
    for dependency in package.dependency_group(group).dependencies:
        if group != "main" or not dependency.is_optional() or dependency.name in extras:
            print(requirement(dependency))
`;

/** Keeps the tools from looking for newer versions of themselves, and from printing advice. */
export const quiet: Readonly<Record<string, string>> = {
  PDM_CHECK_UPDATE: "0",
  PIPENV_VERBOSITY: "-1",
};

/** The arguments of `Python.requirements`. */
export interface ExportRequest {
  readonly source: Directory;
  readonly tool: string;
  readonly path: string;
  readonly groups: readonly string[];
  readonly extras: readonly string[];
  readonly variables: readonly string[];
  readonly secrets: readonly Secret[];
}

/** See `Python.requirements`. */
export async function exported(images: Images, request: ExportRequest): Promise<File> {
  const { source, tool, path, groups, extras, variables, secrets } = request;
  const owner = lockTool(tool);
  const folder = source.directory(path);
  const files = {
    hasManifest: await folder.exists(owner === "pipenv" ? "Pipfile" : "pyproject.toml"),
    hasLock: await folder.exists(lockFiles[owner]),
  };
  const { name, version, beside } = pins[owner];
  const started = withTool(images, name, version, beside)
    .withExec([uv, "venv", "/opt/venv"])
    .withNewFile(poetryScript, poetryRequirements);
  return withCredentials(started, variables, secrets, (ready) => {
    const calm = Object.entries(quiet).reduce(
      (all, [name, value]) => all.withEnvVariable(name, value),
      ready,
    );
    return exporting(owner, groups, extras, files).reduce(
      (all, command) => all.withExec([...command], { redirectStdout: "/slipway/lock.txt" }),
      at(calm, source, path),
    );
  }).file("/slipway/lock.txt");
}
