import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import {
  codeToolOf,
  type LinterName,
  linterNames,
  type TypeCheckerName,
  typeCheckerNames,
} from "#pipelines/tools/registry.ts";
import type { PlannedTool, SettingsPlace } from "#pipelines/tools/tool.ts";
import { lockedVersions } from "./locked.ts";
import { preCommitHooks } from "./pre-commit.ts";
import { type ProjectTables, readProject } from "./project.ts";

/** A tool that checks a service's code, with its version and settings in the repository. */
export type PlannedLinter<Name extends string = LinterName | TypeCheckerName> = PlannedTool<Name>;

/**
 * Decides which linters and formatters check a service's code.
 *
 * @param wanted the tools in slipway.yaml. `auto` selects the tools that the repository configures, by settings or
 *   as pre-commit hooks. If it configures no linter, ruff runs; if it configures no formatter either, ruff's too.
 */
export async function planLinters(
  tree: Tree,
  project: ProjectTables,
  wanted: "auto" | readonly LinterName[],
): Promise<readonly PlannedLinter<LinterName>[]> {
  const tools = wanted === "auto" ? await configuredLinters(tree, project) : wanted;
  const hooks = await preCommitHooks(tree);
  const all = await Promise.all(tools.map((tool) => planned(tree, project, tool)));
  const isBeside = wanted === "auto" && (tools.includes("black") || tools.includes("isort"));
  const isOwn = ({ tool, settings }: PlannedLinter) =>
    tool === "ruff" && settings === undefined && !isHooked(tool, hooks);
  return all.map((each) => (isBeside && isOwn(each) ? { ...each, select: errorsAlone } : each));
}

/**
 * The rules of ruff for code that is wrong. Its own default has rules of order and style too, which black and isort have
 * been asked for in another way. https://docs.astral.sh/ruff/rules/
 */
const errorsAlone = ["E4", "E7", "E9", "F"];

/**
 * Decides which tools check a service's types.
 *
 * @param wanted the tools in slipway.yaml. `auto` selects the tools that the repository configures, by settings or
 *   as pre-commit hooks. If it configures no type checker, none runs.
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
  // Only one of two formatters is in use: if ruff-format has a hook and black has none, black's settings are
  // leftovers.
  const replaced = hooks.has("ruff-format") && !isHooked("black", hooks);
  const names = linterNames.filter((name) => name !== "ruff-format");
  const known = await configured(tree, project, names);
  const found = known.filter((tool) => tool !== "black" || !replaced);
  // None of these would see an undefined name.
  const isLinted = found.some((tool) => tool !== "bandit" && tool !== "black" && tool !== "isort");
  const isConfigured = found.some((tool) => tool !== "bandit");
  // ruff's settings also select its formatter, unless ruff's hook or black shows that only the linter is in use.
  const linterAlone = isHooked("ruff", hooks) || found.includes("black");
  const formats = hooks.has("ruff-format") || !isConfigured || (found.includes("ruff") && !linterAlone);
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
      is: isHooked(name, hooks) || (await nearest(tree, project, name)) !== undefined,
    })),
  );
  return found.filter(({ is }) => is).map(({ name }) => name);
}

/** Whether pre-commit runs a tool. */
function isHooked(tool: LinterName | TypeCheckerName, hooks: ReadonlyMap<string, unknown>): boolean {
  return codeToolOf(tool).hooks.some((id) => hooks.has(id));
}

async function planned<Name extends LinterName | TypeCheckerName>(
  tree: Tree,
  project: ProjectTables,
  tool: Name,
): Promise<PlannedLinter<Name>> {
  const { package: name = tool, hooks: ids } = codeToolOf(tool);
  const locked = (await lockedVersions(tree, project.folder)).get(name);
  const hooks = await preCommitHooks(tree);
  const version = locked ?? ids.map((id) => hooks.get(id)).find((rev) => rev !== undefined);
  const settings = await nearest(tree, project, tool);
  return {
    tool,
    isInstalled: locked !== undefined,
    ...(version !== undefined && { version }),
    ...(settings !== undefined && { settings }),
  };
}

/** Finds a tool's settings: the nearest in the service's folder or above it. */
async function nearest(
  tree: Tree,
  project: ProjectTables,
  tool: LinterName | TypeCheckerName,
): Promise<string | undefined> {
  for (const folder of upwards(project.folder)) {
    const at = folder === project.folder ? project : await readProject(tree, folder);
    for (const place of codeToolOf(tool).settings) {
      const name = settingsAt(place, tree, at);
      if (name !== undefined) return join(folder, name);
    }
  }
  return undefined;
}

/** The file of a folder that contains settings at a place. */
function settingsAt(place: SettingsPlace, tree: Tree, project: ProjectTables): string | undefined {
  const { folder, pyproject, setupCfg, toxIni } = project;
  if ("file" in place) return tree.has(folder, place.file) ? place.file : undefined;
  if ("pyproject" in place)
    return pyproject?.tool?.[place.pyproject] === undefined ? undefined : "pyproject.toml";
  if (setupCfg?.has(place.ini)) return "setup.cfg";
  return place.only === undefined && toxIni?.has(place.ini) ? "tox.ini" : undefined;
}
