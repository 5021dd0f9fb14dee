import { isBefore, oldestOf } from "#modules/python/src/usages.ts";
import { callsFor } from "#pipelines/plan/python/calls/calls.ts";
import { declaredRange } from "#pipelines/plan/python/calls/declared-range.ts";
import { declaredPlugins, lockedPlugins, takesPlugins } from "#pipelines/plan/python/calls/plugins.ts";
import type { ToolCall } from "#pipelines/plan/python/calls/tool-call.ts";
import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { ownVersion } from "#pipelines/tools/own-version.ts";
import {
  codeToolOf,
  type LinterName,
  linterNames,
  type TypeCheckerName,
  typeCheckerNames,
} from "#pipelines/tools/registry.ts";
import type { AskedRun, PlannedTool, SettingsPlace } from "#pipelines/tools/tool.ts";
import { calledRun, calledVersion, callsAgain, furtherRuns } from "./called.ts";
import { extendedFrom } from "./extended.ts";
import { filesNamed, hookRun } from "./hooked.ts";
import { declarations, isOwnLock, packagesBeside, pinnedVersions, versionsOfLock } from "./locked.ts";
import { type Hook, preCommitHooks } from "./pre-commit.ts";
import { type ProjectTables, readProject } from "./project.ts";

/** A tool that checks a service's code, with its version and settings in the repository. */
export type PlannedLinter<Name extends string = LinterName | TypeCheckerName> = PlannedTool<Name>;

/**
 * Decides which linters and formatters check a service's code.
 *
 * @param wanted the tools in slipway.yaml. `auto` selects the tools that the repository configures by settings, has as
 *   pre-commit hooks, or calls in its scripts. If it has no linter, ruff looks for code that is wrong. Nobody asked for
 *   a formatter then.
 */
export async function planLinters(
  tree: Tree,
  project: ProjectTables,
  wanted: "auto" | readonly LinterName[],
): Promise<readonly PlannedLinter<LinterName>[]> {
  const sources = await sourcesOf(tree, project);
  const tools = wanted === "auto" ? await configuredLinters(tree, project, sources) : wanted;
  const asked = (
    await Promise.all(tools.map((tool) => planned(tree, project, sources, tool, wanted)))
  ).flat();
  const all =
    wanted === "auto"
      ? asked.filter((each) => isRun(each.tool, sources) || !isWithoutFormatter(each))
      : asked;
  const isOwn = ({ tool, settings, version }: PlannedLinter) =>
    wanted === "auto" && tool === "ruff" && settings === undefined && version === undefined;
  return all.map((each) => (isOwn(each) ? { ...each, select: errorsAlone } : each));
}

/** Whether ruff is of a version before its formatter, which nobody can use then. */
function isWithoutFormatter({ tool, version }: PlannedLinter): boolean {
  return tool === "ruff-format" && version !== undefined && isBefore(version, oldestOf("ruff-format"));
}

/**
 * The rules of ruff for code that is wrong. Its own default has rules of order and style too, and other ones in each
 * version; a repository that does not configure ruff follows none of them. https://docs.astral.sh/ruff/rules/
 */
const errorsAlone = ["E4", "E7", "E9", "F"];

/**
 * Decides which tools check a service's types.
 *
 * @param wanted the tools in slipway.yaml. `auto` selects the tools that the repository configures by settings, has as
 *   pre-commit hooks, or calls in its scripts. If it has no type checker, none runs.
 */
export async function planTypeCheckers(
  tree: Tree,
  project: ProjectTables,
  wanted: "auto" | readonly TypeCheckerName[],
): Promise<readonly PlannedLinter<TypeCheckerName>[]> {
  const sources = await sourcesOf(tree, project);
  const tools = wanted === "auto" ? await configured(tree, project, sources, typeCheckerNames) : wanted;
  return (await Promise.all(tools.map((tool) => planned(tree, project, sources, tool, wanted)))).flat();
}

/** What a repository says about the tools of a service. */
interface Sources {
  /** The locked or pinned versions, by the packages' names. */
  readonly versions: ReadonlyMap<string, string>;
  /** Whether the service is installed from that lock. */
  readonly isOwnLock: boolean;
  readonly hooks: ReadonlyMap<string, Hook>;
  /** The calls in its scripts. */
  readonly calls: readonly ToolCall[];
  /** The texts that declare its packages. */
  readonly declared: readonly string[];
}

async function sourcesOf(tree: Tree, project: ProjectTables): Promise<Sources> {
  const found = await declarations(tree, project.folder);
  return {
    versions: (await versionsOfLock(tree, project.folder)) ?? pinnedVersions(found),
    isOwnLock: await isOwnLock(tree, project),
    hooks: await preCommitHooks(tree),
    calls: await callsFor(tree, project.folder),
    declared: [...found.declared, ...found.required],
  };
}

async function configuredLinters(
  tree: Tree,
  project: ProjectTables,
  sources: Sources,
): Promise<readonly LinterName[]> {
  const { versions } = sources;
  // Only one of two formatters is in use: if something runs ruff-format and nothing runs black, black's settings are
  // leftovers.
  const replaced = isRun("ruff-format", sources) && !isRun("black", sources);
  const names = linterNames.filter((name) => name !== "ruff-format");
  const known = await configured(tree, project, sources, names);
  const byRuff = isRun("ruff", sources);
  const found = known.filter((tool) => {
    if (tool === "black") return !replaced;
    // ruff has their rules. Settings of one that nothing runs are leftovers.
    return !byRuff || (tool !== "flake8" && tool !== "isort") || isRun(tool, sources);
  });
  // None of these would see an undefined name.
  const isLinted = found.some((tool) => tool !== "bandit" && tool !== "black" && tool !== "isort");
  const usesRuff = found.includes("ruff") || (!isLinted && versions.has("ruff"));
  // ruff also selects its formatter, unless what runs ruff, or black, shows that only the linter is in use.
  const linterAlone = isRun("ruff", sources) || found.includes("black");
  const formats = isRun("ruff-format", sources) || (usesRuff && !linterAlone);
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
  sources: Sources,
  names: readonly Name[],
): Promise<readonly Name[]> {
  const found = await Promise.all(
    names.map(async (name) => ({
      name,
      is: isRun(name, sources) || (await nearest(tree, project, name)) !== undefined,
    })),
  );
  return found.filter(({ is }) => is).map(({ name }) => name);
}

/** Whether pre-commit or a script runs a tool. */
function isRun(tool: LinterName | TypeCheckerName, { hooks, calls }: Sources): boolean {
  return codeToolOf(tool).hooks.some((id) => hooks.has(id)) || isCalled(tool, calls);
}

function isCalled(tool: string, calls: readonly ToolCall[]): boolean {
  return calls.some((call) => call.tool === tool && call.isCheck);
}

/** Whether pre-commit or a script runs any of the tools. */
function isAnyRun(sources: Sources): boolean {
  return [...linterNames, ...typeCheckerNames].some((tool) => isRun(tool, sources));
}

/**
 * The plugins of a tool, and stubs for it.
 *
 * @param from the texts that declare packages, or the tool's package in the lock: their group there may be one that tests
 *   do not need.
 */
async function pluginsOf(
  tree: Tree,
  folder: string,
  tool: string,
  from: readonly string[] | string,
): Promise<readonly string[]> {
  if (!takesPlugins(tool)) return [];
  return typeof from === "string"
    ? lockedPlugins(tool, await packagesBeside(tree, folder, from))
    : declaredPlugins(tool, from);
}

/** The runs of a tool: more than one if the script that it follows calls it again with other options. */
async function planned<Name extends LinterName | TypeCheckerName>(
  tree: Tree,
  project: ProjectTables,
  sources: Sources,
  tool: Name,
  wanted: "auto" | readonly string[],
): Promise<readonly PlannedLinter<Name>[]> {
  const { versions, hooks, calls } = sources;
  const { package: name = tool, hooks: ids } = codeToolOf(tool);
  // A job that installs the newest version of the tool does not take that of the lock.
  const isNewest = calls.find((call) => call.tool === tool && call.isCheck)?.isNewest === true;
  const locked = isNewest ? undefined : versions.get(name);
  const hook = ids.map((id) => hooks.get(id)).find((each) => each !== undefined);
  const exact = locked ?? hook?.version ?? calledVersion(tool, calls);
  const range = isNewest || exact !== undefined ? undefined : rangeOf(tool, name, sources);
  const version = exact ?? range;
  const plugins = await pluginsOf(tree, project.folder, tool, locked === undefined ? sources.declared : name);
  const run = await runOf(tree, project.folder, tool, { hook, calls, locked, range, plugins });
  const again = callsAgain(tool, calls);
  const settings = await nearest(tree, project, tool);
  const extended = await extendedFrom(tree, tool, settings);
  const followsCalls = run === undefined || calls.some(({ file }) => file === run.by);
  const further =
    wanted === "auto" && followsCalls
      ? await furtherRuns(tree, { folder: project.folder, tool, calls, locked, range, plugins })
      : [];
  const common = {
    tool,
    isInstalled: locked !== undefined && sources.isOwnLock,
    ...(version !== undefined && { version }),
    ...(settings !== undefined && { settings }),
  };
  const following = async (asked: AskedRun | undefined) => {
    const named =
      asked === undefined ? [] : [asked.by, ...(await filesNamed(tree, asked.args, asked.folder))];
    const reads = [...extended, ...named];
    return { ...(asked !== undefined && { asked }), ...(reads.length > 0 && { reads }) };
  };
  const first = {
    ...common,
    ...(await following(run)),
    ...(wanted === "auto" && !isRun(tool, sources) && isAnyRun(sources) && { isUncalled: true as const }),
    ...(wanted === "auto" && again !== undefined && { calledAgainBy: again }),
  };
  const others = further.map(async (asked, at) => ({
    ...common,
    ...(await following(asked)),
    turn: at + 2,
  }));
  return [first, ...(await Promise.all(others))];
}

/** The range that a repository declares for a tool, where uv can take one. */
function rangeOf(
  tool: LinterName | TypeCheckerName,
  name: string,
  { declared }: Sources,
): string | undefined {
  if (tool === "pyright" || tool === "basedpyright" || tool === "ty") return undefined;
  return declaredRange(name, declared, ownVersion(tool, "3.13"));
}

/** What a repository says about one tool. */
interface ToolSources extends Pick<Sources, "calls"> {
  readonly hook: Hook | undefined;
  /** The locked version. */
  readonly locked: string | undefined;
  readonly range: string | undefined;
  readonly plugins: readonly string[];
}

/** A script sees mypy's dependencies as the service has them; otherwise the hook counts, which a commit needs. */
async function runOf(
  tree: Tree,
  folder: string,
  tool: LinterName | TypeCheckerName,
  { hook, calls, locked, range, plugins }: ToolSources,
) {
  const hooked = hook && (() => hookRun(tree, folder, tool, hook, locked));
  const called = () => calledRun(tree, { folder, tool, calls, locked, range, plugins });
  if (tool !== "mypy" || !isCalled(tool, calls)) return (hooked ?? called)();
  const run = await called();
  return run?.leavesOut && hooked !== undefined ? hooked() : run;
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
