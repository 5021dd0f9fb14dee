import { posix } from "node:path";
import { isPipeline } from "./pipeline-files.ts";
import { unknownWord } from "./shell-tokens.ts";
import { isProjectRunner, isScriptRunner, runsFile } from "./tasks/script-runners.ts";
import { anyOther, askedOf, reachedBy } from "./tasks/targets.ts";
import type { ToolCall } from "./tool-call.ts";

/** Whether a call in a pipeline runs the commands of a file, as `tox` or `make test` do. */
export function starts(call: ToolCall, file: string): boolean {
  return isPipeline(call.file) && runsFile(call.tool, file);
}

/** Whether a call of a runner is for tests, by the name of its target, session or environment. */
function startsTests({ tool, words }: ToolCall): boolean {
  const named = words.filter((word) => !/^-/.test(word)).join(" ");
  return named === ""
    ? tool === "tox" || tool === "nox"
    : /test|cov|unit|\bci\b|\bpy\d|\ball\b|\$/i.test(named);
}

/** Whether a call of a runner reaches the part of a file with another call; undefined if that is not known. */
function reaches(call: ToolCall, { script: { target, targets } }: ToolCall): boolean | undefined {
  const { names } = askedOf(call.tool, call.words, call.folder, call.variables);
  if (names === undefined || target === undefined || targets === undefined) return undefined;
  const known = names.map((name) => (targets.has(name) ? name : anyOther));
  if (!known.every((name) => targets.has(name))) return undefined;
  const reached = reachedBy(targets, known);
  return reached.has(target) || (reached.has(unknownWord) ? undefined : false);
}

/** Whether a runner may read the file of a call. */
function reads({ tool }: ToolCall, { file }: ToolCall): boolean {
  return runsFile(tool, file) || (isProjectRunner(tool) && posix.basename(file) === "pyproject.toml");
}

/** The most calls of runners that are followed. */
const mostRunners = 200;

function runnersIn(all: readonly ToolCall[]): readonly ToolCall[] {
  return all.filter(({ tool }) => isScriptRunner(tool) || isProjectRunner(tool)).slice(0, mostRunners);
}

/** The calls of runners that lead to a call, nearest first: `make test` may run `tox`. */
function leadingTo(
  call: ToolCall,
  all: readonly ToolCall[],
  leads: (runner: ToolCall, to: ToolCall) => boolean,
): readonly ToolCall[] {
  const found = new Set<ToolCall>();
  let reached: readonly ToolCall[] = [call];
  const runners = runnersIn(all);
  for (let depth = 0; depth < 4 && reached.length > 0; depth++) {
    const next = runners.filter(
      (runner) => !found.has(runner) && reached.some((to) => reads(runner, to) && leads(runner, to)),
    );
    for (const each of next) found.add(each);
    reached = next.filter(({ file }) => !isPipeline(file));
  }
  return [...found];
}

/**
 * Finds the call in a pipeline that makes a call, or that runs its file: of several the first one in a job with
 * containers, then the first one. Where the names of its file are not known, one that is named for tests counts.
 */
export function starterOf(call: ToolCall, all: readonly ToolCall[]): ToolCall | undefined {
  if (isPipeline(call.file)) return call;
  const found = leadingTo(call, all, (runner, to) => reaches(runner, to) ?? startsTests(runner)).filter(
    ({ file }) => isPipeline(file),
  );
  const hasContainers = ({ containers, composed }: ToolCall) =>
    Object.keys(containers).length + composed.length > 0;
  return found.find(hasContainers) ?? found[0];
}

/** Whether a pipeline may make a call, also by a name that is not known in the file of its folder. */
export function mayBeStarted(call: ToolCall, all: readonly ToolCall[]): boolean {
  if (isPipeline(call.file)) return true;
  return leadingTo(call, all, mayReach).some(({ file }) => isPipeline(file));
}

function mayReach(runner: ToolCall, to: ToolCall): boolean {
  const { script, at, isCheck } = runner;
  if (!isCheck && script.commands[at]?.isUnclear !== true) return false;
  const { folder } = askedOf(runner.tool, runner.words, runner.folder, runner.variables);
  const isThere = folder === undefined || folder === posix.dirname(to.file);
  return reaches(runner, to) ?? (isThere || startsTests(runner));
}
