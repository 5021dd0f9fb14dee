import { posix } from "node:path";
import { scriptFiles } from "#pipelines/plan/python/calls/tasks/script-files.ts";
import type { ToolCall } from "#pipelines/plan/python/calls/tool-call.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { codeToolOf, type LinterName, type TypeCheckerName } from "#pipelines/tools/registry.ts";
import type { AskedRun } from "#pipelines/tools/tool.ts";
import { flagsIn, operand, pythonFiles, runnable } from "./hooked.ts";

/** A service, one of its tools, and what its repository says about it. */
export interface CalledTool {
  /** The service's folder. */
  readonly folder: string;
  readonly tool: LinterName | TypeCheckerName;
  /** The calls that concern the service. */
  readonly calls: readonly ToolCall[];
  /** The version that the repository locks. */
  readonly locked: string | undefined;
  /** A range of versions without a lock, if Slipway's own is not in it. */
  readonly range: string | undefined;
  /** The tool's plugins in the files that declare it, or in its lock. */
  readonly plugins: readonly string[];
}

/**
 * Decides whether a tool runs as a script of the repository runs it: in its folder, with its options, on its paths.
 * Of several calls, one without options counts before others, and then the first one, together with the paths of
 * those that differ in nothing else. Returns undefined if that is no different from the tool's own run.
 */
export function calledRun(tree: Tree, asked: CalledTool): Promise<AskedRun | undefined> {
  return runOf(tree, asked, chosenCalls(asked.tool, asked.calls));
}

/**
 * Finds the further runs of a tool by the script that the first one follows. A Makefile has recipes for people too, so
 * it has none.
 */
export async function furtherRuns(tree: Tree, asked: CalledTool): Promise<readonly AskedRun[]> {
  const { tool, calls } = asked;
  const [first] = chosenCalls(tool, calls);
  if (first === undefined || isForPeople(first.file)) return [];
  let left = othersThan(first, knownCalls(tool, calls));
  const groups: (readonly KnownCall[])[] = [];
  for (let next = left[0]; next !== undefined && groups.length < mostRuns; next = left[0]) {
    const begun = next;
    groups.push(left.filter((other) => isSame(begun, other)));
    left = left.filter((other) => !isSame(begun, other));
  }
  const runs = await Promise.all(groups.map((group) => runOf(tree, asked, group)));
  return runs.flatMap((run) => run ?? []);
}

const mostRuns = 5;

async function runOf(
  tree: Tree,
  { folder, tool, locked, range, plugins }: CalledTool,
  chosen: readonly KnownCall[],
): Promise<AskedRun | undefined> {
  const [call] = chosen;
  if (call === undefined) return undefined;
  const named = chosen.flatMap(({ paths }) => paths);
  const paths = placesIn(folder, call.folder, named);
  const isWhole = paths.includes(folder);
  // Without paths, these check what their configuration names.
  const isConfigured = codeToolOf(tool).checks === "types" && named.length === 0;
  const beside = [...new Set([...call.beside, ...plugins])];
  if (call.args.length + beside.length === 0 && (isWhole || isConfigured)) return undefined;
  const files = isConfigured ? [] : paths;
  const version = call.version ?? locked ?? range;
  const all = files.length === 0 || isWhole ? [] : await pythonFiles(tree, folder);
  return {
    by: call.file,
    folder: call.folder,
    ...(version !== undefined && { version }),
    args: call.args,
    files: files.map((path) => operand(posix.relative(call.folder, path) || ".")),
    leavesOut:
      call.args.some((arg) => narrows(tool, arg)) ||
      all.some((file) => !files.some((path) => isWithin(file, path))),
    beside,
    isApart: alone.has(tool) || (tool === "flake8" && locked === undefined),
  };
}

/** A call with the options that decide what the tool finds. */
interface KnownCall extends ToolCall {
  readonly args: readonly string[];
}

function knownCalls(tool: LinterName | TypeCheckerName, calls: readonly ToolCall[]): readonly KnownCall[] {
  if (!runnable.has(tool) && !codeToolOf(tool).runsAsked) return [];
  const checks = calls.filter((call) => call.tool === tool && call.isCheck && call.isKnown);
  const versions = new Set(checks.map(({ options }) => optionsForPython(options).join(" ")));
  return checks.map((call) => ({
    ...call,
    // A call for each version of Python is one for the service's own.
    args: flagsIn(versions.size < 2 ? call.options : withoutPython(call.options)),
  }));
}

/** The calls that become one run: the first one, and those that differ in their paths alone. */
function chosenCalls(tool: LinterName | TypeCheckerName, calls: readonly ToolCall[]): readonly KnownCall[] {
  const known = knownCalls(tool, calls);
  const first = known.find(({ args }) => args.length === 0) ?? known[0];
  return first === undefined ? [] : known.filter((other) => isSame(first, other));
}

function isSame(one: KnownCall, other: KnownCall): boolean {
  return (
    other.file === one.file && other.folder === one.folder && other.args.join("\0") === one.args.join("\0")
  );
}

/**
 * Finds the Makefile that calls a tool again with other options, which Slipway does not run; undefined if there is none.
 */
export function callsAgain(
  tool: LinterName | TypeCheckerName,
  calls: readonly ToolCall[],
): string | undefined {
  const [first] = chosenCalls(tool, calls);
  if (first === undefined || !isForPeople(first.file)) return undefined;
  return othersThan(first, knownCalls(tool, calls)).length > 0 ? first.file : undefined;
}

/** Other files repeat a call for people and for other machines, so they do not count. */
function othersThan(first: KnownCall, calls: readonly KnownCall[]): readonly KnownCall[] {
  return calls.filter((other) => other.file === first.file && !isSame(first, other));
}

function isForPeople(file: string): boolean {
  return scriptFiles.includes(posix.basename(file));
}

/** Whether an option leaves files out. The same letter means something else to another tool. */
function narrows(tool: string, option: string): boolean {
  const own = { mypy: /^(?:-[pm]|--(?:package|module))(?:=|$)/, pylint: /^--ignore(?:-\w+)?(?:=|$)/ }[tool];
  return own?.test(option) === true || /^--(?:extend-|force-)?exclude(?:=|$)|^--skip(?:=|$)/.test(option);
}

/** The option for a version of Python, with its value. */
function optionsForPython(options: readonly string[]): readonly string[] {
  const isFor = (word = "") => /^--python-?version$/.test(word);
  return options.filter(
    (option, at) => /^--python-?version=/.test(option) || isFor(option) || isFor(options[at - 1]),
  );
}

function withoutPython(options: readonly string[]): readonly string[] {
  const dropped = optionsForPython(options);
  return options.filter((option) => !dropped.includes(option));
}

/** The tools that see nothing of the environment in which they run. */
const alone: ReadonlySet<string> = new Set(["ruff", "ruff-format", "black", "isort"]);

/** The version that a call names, for a tool without a lock. */
export function calledVersion(tool: string, calls: readonly ToolCall[]): string | undefined {
  return calls.find((call) => call.tool === tool && call.isCheck && call.version !== undefined)?.version;
}

/** The parts of the service that paths name, or the folder in which a call without paths runs. */
function placesIn(folder: string, runsIn: string, paths: readonly string[]): readonly string[] {
  const all = paths.length === 0 ? [runsIn] : paths;
  const inside = all.flatMap((path) => {
    if (isWithin(folder, path)) return [folder];
    return isWithin(path, folder) ? [path] : [];
  });
  return [...new Set(inside)];
}
