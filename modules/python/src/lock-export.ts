import { type Directory, dag, type File, type Secret } from "@dagger.io/dagger";
import { at, baseContainer, type Images } from "./base-container.ts";
import { errorOf } from "./coded-error.ts";
import { withCredentials } from "./credentials.ts";
import { pins } from "./pins.ts";

/** A tool with a lock of its own. */
export type LockTool = "poetry" | "pdm" | "pipenv";

/** Takes a text for the name of one. Fails with ARGUMENT_INVALID when it is none. */
export function lockTool(name: string): LockTool {
  if (name === "poetry" || name === "pdm" || name === "pipenv") return name;
  throw errorOf(
    "ARGUMENT_INVALID",
    `${JSON.stringify(name)} has no lock that is exported`,
    `Name poetry, pdm or pipenv.`,
  );
}

/**
 * Says which commands of a tool hold its lock against its manifest and then print it as requirements with hashes.
 * Poetry's export refuses a lock that does not match by itself; PDM's and pipenv's do not, so that a check comes first.
 *
 * @param groups Poetry's groups that are taken in besides the main one.
 * @param extras extras of the project that are taken in.
 * @param hasManifest whether the lock has its manifest beside it: a Pipfile.lock is one without a Pipfile too.
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
      // With neither option PDM takes in every extra; with an extra named, the groups for development still.
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

/** What keeps the tools from asking for newer versions of themselves, and from advice. */
export const quiet: Readonly<Record<string, string>> = {
  PDM_CHECK_UPDATE: "0",
  PIPENV_VERBOSITY: "-1",
};

/** As the arguments of `Python.requirements`. */
export interface ExportRequest {
  readonly source: Directory;
  readonly tool: string;
  readonly path: string;
  readonly groups: readonly string[];
  readonly extras: readonly string[];
  readonly variables: readonly string[];
  readonly secrets: readonly Secret[];
}

/** As `Python.requirements`. */
export async function exported(images: Images, request: ExportRequest): Promise<File> {
  const { source, tool, path, groups, extras, variables, secrets } = request;
  const owner = lockTool(tool);
  const hasManifest = await source.directory(path).exists(owner === "pipenv" ? "Pipfile" : "pyproject.toml");
  const [from, ...others] = pins[owner];
  const run = ["uv", "tool", "run", `--from=${from}`, ...others.map((other) => `--with=${other}`)];
  const started = baseContainer(images)
    .withExec(["uv", "venv", "/opt/venv"])
    .withDirectory("/slipway", dag.directory());
  return withCredentials(started, variables, secrets, (ready) => {
    const calm = Object.entries(quiet).reduce(
      (all, [name, value]) => all.withEnvVariable(name, value),
      ready,
    );
    return exporting(owner, groups, extras, hasManifest).reduce(
      (all, command) => all.withExec([...run, ...command], { redirectStdout: "/slipway/lock.txt" }),
      at(calm, source, path),
    );
  }).file("/slipway/lock.txt");
}
