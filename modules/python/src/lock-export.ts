import { type Directory, dag, type File, type Secret } from "@dagger.io/dagger";
import { at, type Images, withTool } from "./base-container.ts";
import { errorOf } from "./coded-error.ts";
import { withCredentials } from "./credentials.ts";
import { pins } from "./pins.ts";

/** A tool with a lock of its own. */
export type LockTool = "poetry" | "pdm" | "pipenv";

/** Reads the name of a tool. Fails with ARGUMENT_INVALID on any other. */
export function lockTool(name: string): LockTool {
  if (name === "poetry" || name === "pdm" || name === "pipenv") return name;
  throw errorOf(
    "ARGUMENT_INVALID",
    `tool: ${JSON.stringify(name)} has no lock that can be exported`,
    "Set it to poetry, pdm or pipenv.",
  );
}

/**
 * The commands that check a tool's lock against its manifest, and then print it as requirements with hashes. Poetry's
 * export refuses a lock that does not match. PDM and pipenv need a check before it.
 *
 * @param groups Poetry's groups to export in addition to the main one
 * @param extras the project's extras to export
 * @param hasManifest whether the manifest is beside the lock: a Pipfile.lock is usable without a Pipfile too
 */
export function exporting(
  tool: LockTool,
  groups: readonly string[],
  extras: readonly string[],
  hasManifest: boolean,
): readonly (readonly string[])[] {
  switch (tool) {
    case "poetry": {
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
    case "pipenv":
      return [...(hasManifest ? [["pipenv", "verify"]] : []), ["pipenv", "requirements", "--dev", "--hash"]];
  }
}

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
  const hasManifest = await source.directory(path).exists(owner === "pipenv" ? "Pipfile" : "pyproject.toml");
  const { name, version, beside } = pins[owner];
  const started = withTool(images, name, version, beside)
    .withExec(["uv", "venv", "/opt/venv"])
    .withDirectory("/slipway", dag.directory());
  return withCredentials(started, variables, secrets, (ready) => {
    const calm = Object.entries(quiet).reduce(
      (all, [name, value]) => all.withEnvVariable(name, value),
      ready,
    );
    return exporting(owner, groups, extras, hasManifest).reduce(
      (all, command) => all.withExec([...command], { redirectStdout: "/slipway/lock.txt" }),
      at(calm, source, path),
    );
  }).file("/slipway/lock.txt");
}
