import { posix } from "node:path";
import { isPipeline } from "./pipeline-files.ts";
import { isProjectRunner, runsFile } from "./script-runners.ts";
import type { ToolCall } from "./tool-call.ts";

/** Whether a call in a pipeline runs the commands of a file, as `tox` or `make test` do. */
export function starts(call: ToolCall, file: string): boolean {
  return isPipeline(call.file) && runsFile(call.tool, file);
}

/** Whether a call of a runner is for tests, by the name of its target, session or environment. */
export function startsTests({ tool, words }: ToolCall): boolean {
  const named = words.filter((word) => !/^-/.test(word)).join(" ");
  return named === ""
    ? tool === "tox" || tool === "nox"
    : /test|cov|unit|\bci\b|\bpy\d|\ball\b|\$/i.test(named);
}

/**
 * Finds the call in a pipeline that makes a call, or that runs its file: of several the first one for tests in a job
 * with containers, then the first one for tests.
 */
export function starterOf(call: ToolCall, all: readonly ToolCall[]): ToolCall | undefined {
  if (isPipeline(call.file)) return call;
  const isProject = posix.basename(call.file) === "pyproject.toml";
  const found = all.filter(
    (each) =>
      startsTests(each) &&
      (starts(each, call.file) || (isProject && isPipeline(each.file) && isProjectRunner(each.tool))),
  );
  const hasContainers = ({ containers, composed }: ToolCall) =>
    Object.keys(containers).length + composed.length > 0;
  return found.find(hasContainers) ?? found[0];
}
