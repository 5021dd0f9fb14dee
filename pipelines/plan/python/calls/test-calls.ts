import { callsPytest } from "#pipelines/plan/python/own-runner.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { callsFor } from "./calls.ts";
import { isPipeline } from "./pipeline-files.ts";
import { starterOf, starts, startsTests } from "./starter.ts";
import { isTestRunner } from "./test-runner.ts";
import type { ToolCall } from "./tool-call.ts";

/**
 * The calls that count: those in pipelines, else those of a file that a pipeline runs, else those of the first file. A
 * repository that calls pytest there has other runners for other ends.
 *
 * @param nested the folders of other services below it.
 */
export async function testCalls(
  tree: Tree,
  folder: string,
  nested: readonly string[],
): Promise<readonly ToolCall[]> {
  const calls = await callsFor(tree, folder);
  const isOfNested = ({ folder: at, paths }: ToolCall) =>
    (paths.length === 0 ? [at] : paths).every((path) => nested.some((other) => isWithin(path, other)));
  const all: ToolCall[] = [];
  for (const call of calls) {
    const isOwn = isTestRunner(call.tool) && call.isCheck && !isOfNested(call);
    if (isOwn && !(await callsPytest(tree, call))) all.push(call);
  }
  const inPipelines = all.filter(({ file }) => isPipeline(file));
  const run = all.find(({ file }) => isStarted(file, calls)) ?? all[0];
  // Another job may run all tests by tox or make.
  const beside = all.filter(({ file }) => calls.some((call) => starts(call, file) && startsTests(call)));
  const counted =
    inPipelines.length > 0 ? [...inPipelines, ...beside] : all.filter(({ file }) => file === run?.file);
  const ofPytest = counted.filter(({ tool }) => tool === "pytest");
  return ofPytest.length > 0 ? ofPytest : counted;
}

/** The call in a pipeline that makes the first of these calls, or runs its file; undefined if there is none. */
export async function testStarter(
  tree: Tree,
  folder: string,
  [first]: readonly ToolCall[],
): Promise<ToolCall | undefined> {
  return first && starterOf(first, await callsFor(tree, folder));
}

/** Whether a pipeline runs the commands of a file, as by `tox` or `make test`. */
export function isStarted(file: string, calls: readonly ToolCall[]): boolean {
  return calls.some((call) => starts(call, file));
}
