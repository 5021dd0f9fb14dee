import {
  type LinterName,
  linterNames,
  type TypeCheckerName,
  typeCheckerNames,
} from "#pipelines/config/linter.ts";
import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { lockedVersions } from "./locked.ts";
import { preCommitHooks } from "./pre-commit.ts";
import { type ProjectTables, readProject } from "./project.ts";

/** A tool that checks a service's code, and what the repository says of it. */
export interface PlannedLinter<Name extends string = LinterName | TypeCheckerName> {
  readonly tool: Name;
  /** The version that the repository locks, else the one its pre-commit hook names; absent: ours. */
  readonly version?: string;
  /** Whether the version is one that the service's installation brings, with plugins that stand beside it. */
  readonly isInstalled: boolean;
  /** The nearest file with settings for it, relative to the source; absent where there is none. */
  readonly settings?: string;
}

/** Says whether a file of a folder configures a tool, and which. */
type Settings = (tree: Tree, project: ProjectTables) => string | undefined;

const settingsOf: Readonly<Record<LinterName | TypeCheckerName, Settings>> = {
  // https://docs.astral.sh/ruff/configuration/#config-file-discovery
  ruff: (tree, project) => file(tree, project, ".ruff.toml", "ruff.toml") ?? inPyproject(project, "ruff"),
  "ruff-format": (tree, project) =>
    file(tree, project, ".ruff.toml", "ruff.toml") ?? inPyproject(project, "ruff"),
  // https://black.readthedocs.io/en/stable/usage_and_configuration/the_basics.html#configuration-via-a-file
  black: (_, project) => inPyproject(project, "black"),
  // https://pycqa.github.io/isort/docs/configuration/config_files.html
  isort: (tree, project) =>
    file(tree, project, ".isort.cfg") ??
    inPyproject(project, "isort") ??
    inIni(project, "isort") ??
    inIni(project, "tool:isort"),
  // https://flake8.pycqa.org/en/latest/user/configuration.html
  flake8: (tree, project) => inIni(project, "flake8") ?? file(tree, project, ".flake8"),
  // https://bandit.readthedocs.io/en/latest/config.html
  bandit: (tree, project) => file(tree, project, ".bandit") ?? inPyproject(project, "bandit"),
  // https://mypy.readthedocs.io/en/stable/config_file.html
  mypy: (tree, project) =>
    file(tree, project, "mypy.ini", ".mypy.ini") ??
    inPyproject(project, "mypy") ??
    (project.setupCfg?.has("mypy") ? "setup.cfg" : undefined),
  // https://microsoft.github.io/pyright/#/configuration
  pyright: (tree, project) => file(tree, project, "pyrightconfig.json") ?? inPyproject(project, "pyright"),
};

const hooksOf: Readonly<Record<LinterName | TypeCheckerName, readonly string[]>> = {
  ruff: ["ruff", "ruff-check"],
  "ruff-format": ["ruff-format"],
  black: ["black", "black-jupyter"],
  isort: ["isort"],
  flake8: ["flake8"],
  bandit: ["bandit"],
  mypy: ["mypy"],
  pyright: ["pyright"],
};

/**
 * Decides which linters and formatters check a service's code.
 *
 * @param wanted those that slipway.yaml names; `auto`: those that the repository configures, by settings or as
 *   pre-commit hooks; ruff and its formatter where it configures neither a linter nor a formatter.
 */
export async function planLinters(
  tree: Tree,
  project: ProjectTables,
  wanted: "auto" | readonly LinterName[],
): Promise<readonly PlannedLinter<LinterName>[]> {
  const tools = wanted === "auto" ? await configuredLinters(tree, project) : wanted;
  return Promise.all(tools.map((tool) => planned(tree, project, tool)));
}

/**
 * Decides what checks a service's types.
 *
 * @param wanted those that slipway.yaml names; `auto`: those that the repository configures, by settings or as
 *   pre-commit hooks; none where it configures none.
 */
export async function planTypeCheckers(
  tree: Tree,
  project: ProjectTables,
  wanted: "auto" | readonly TypeCheckerName[],
): Promise<readonly PlannedLinter<TypeCheckerName>[]> {
  const tools = wanted === "auto" ? await configured(tree, project, typeCheckerNames) : wanted;
  return Promise.all(tools.map((tool) => planned(tree, project, tool)));
}

async function configuredLinters(tree: Tree, project: ProjectTables): Promise<readonly LinterName[]> {
  const hooks = await preCommitHooks(tree);
  // Of two formatters one is meant: beside a hook of ruff's, settings of black's are left over.
  const replaced = hooks.has("ruff-format") && !hooksOf.black.some((id) => hooks.has(id));
  const known = await configured(tree, project, ["ruff", "black", "isort", "flake8", "bandit"]);
  const found = known.filter((tool) => tool !== "black" || !replaced);
  const isLinted = found.some((tool) => tool !== "bandit");
  // ruff's settings stand for its formatter too, unless its hook or black shows that the linter alone is meant.
  const linterAlone = hooksOf.ruff.some((id) => hooks.has(id)) || found.includes("black");
  const formats = hooks.has("ruff-format") || !isLinted || (found.includes("ruff") && !linterAlone);
  const all: readonly LinterName[] = [
    ...(isLinted ? [] : (["ruff"] as const)),
    ...(formats ? (["ruff-format"] as const) : []),
    ...found,
  ];
  return linterNames.filter((name) => all.includes(name));
}

async function configured<Name extends LinterName | TypeCheckerName>(
  tree: Tree,
  project: ProjectTables,
  names: readonly Name[],
): Promise<readonly Name[]> {
  const hooks = await preCommitHooks(tree);
  const found = await Promise.all(
    names.map(async (name) => ({
      name,
      is: hooksOf[name].some((id) => hooks.has(id)) || (await nearest(tree, project, name)) !== undefined,
    })),
  );
  return found.filter(({ is }) => is).map(({ name }) => name);
}

async function planned<Name extends LinterName | TypeCheckerName>(
  tree: Tree,
  project: ProjectTables,
  tool: Name,
): Promise<PlannedLinter<Name>> {
  const locked = (await lockedVersions(tree, project.folder)).get(tool === "ruff-format" ? "ruff" : tool);
  const hooks = await preCommitHooks(tree);
  const version = locked ?? hooksOf[tool].map((id) => hooks.get(id)).find((rev) => rev !== undefined);
  const settings = await nearest(tree, project, tool);
  return {
    tool,
    isInstalled: locked !== undefined,
    ...(version !== undefined && { version }),
    ...(settings !== undefined && { settings }),
  };
}

/** Finds a tool's settings: the nearest of the service's folder and those above it. */
async function nearest(
  tree: Tree,
  project: ProjectTables,
  tool: LinterName | TypeCheckerName,
): Promise<string | undefined> {
  for (const folder of upwards(project.folder)) {
    const at = folder === project.folder ? project : await readProject(tree, folder);
    const name = settingsOf[tool](tree, at);
    if (name !== undefined) return join(folder, name);
  }
  return undefined;
}

function file(tree: Tree, { folder }: ProjectTables, ...names: readonly string[]): string | undefined {
  return names.find((name) => tree.has(folder, name));
}

function inPyproject({ pyproject }: ProjectTables, table: string): string | undefined {
  return pyproject?.tool?.[table] === undefined ? undefined : "pyproject.toml";
}

function inIni({ setupCfg, toxIni }: ProjectTables, section: string): string | undefined {
  if (setupCfg?.has(section)) return "setup.cfg";
  return toxIni?.has(section) ? "tox.ini" : undefined;
}
