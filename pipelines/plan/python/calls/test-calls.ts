import { callsPytest } from "#pipelines/plan/python/own-runner.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { callsFor } from "./calls.ts";
import { isPipeline } from "./pipeline-files.ts";
import { mayBeStarted, starterOf, starts } from "./starter.ts";
import { isTestRunner } from "./test-runner.ts";
import type { ToolCall } from "./tool-call.ts";
import { unseenTests } from "./unseen-tests.ts";

/** How a repository runs the tests of a service. */
export interface TestCalls {
  readonly calls: readonly ToolCall[];
  /** Whether there may be other runs, or the calls all depend on conditions: then they leave no test out. */
  readonly areSome: boolean;
}

/**
 * The calls that count: those in pipelines, else those of a file that a pipeline runs, else those of the first file. A
 * repository that calls pytest there has other runners for other ends. Calls that no change starts count if no other
 * is there.
 *
 * @param nested the folders of other services below it.
 */
export async function testCalls(tree: Tree, folder: string, nested: readonly string[]): Promise<TestCalls> {
  const every = await callsFor(tree, folder);
  const on = every.filter(({ isOff }) => !isOff);
  const calls = on.some(({ tool }) => isTestRunner(tool)) ? on : every;
  const isOfNested = ({ folder: at, paths }: ToolCall) =>
    (paths.length === 0 ? [at] : paths).every((path) => nested.some((other) => isWithin(path, other)));
  const own = calls.filter((call) => !isOfNested(call));
  const all: ToolCall[] = [];
  for (const call of own) {
    const isRun = isTestRunner(call.tool) && call.isCheck;
    if (isRun && !(await callsPytest(tree, call))) all.push(call);
  }
  const inPipelines = all.filter(({ file }) => isPipeline(file));
  // Another job may run all tests by tox or make.
  const started = all.filter((call) => starterOf(call, calls) !== undefined);
  const run = started[0] ?? all.find(({ file }) => isStarted(file, calls)) ?? all[0];
  const ofFile = (started.length > 0 ? started : all).filter(({ file }) => file === run?.file);
  const counted = inPipelines.length > 0 ? started : ofFile;
  const others = own.filter(
    (call) => call.tool === unseenTests || (all.includes(call) && !counted.includes(call)),
  );
  const hasPipeline = calls.some(({ file }) => isPipeline(file));
  const areSome =
    others.some((call) => mayBeStarted(call, calls) || (!hasPipeline && call.file === run?.file)) ||
    counted.every(({ isConditional, isOff }) => isConditional || isOff);
  const ofPytest = counted.filter(({ tool }) => tool === "pytest");
  if (ofPytest.length === 0) return { calls: counted, areSome };
  // pytest has to find the tests of other runners too.
  return { calls: ofPytest, areSome: areSome || ofPytest.length < counted.length };
}

/** A call of tests, and the call in a pipeline that makes it, or runs its file. */
export interface StartedTests {
  readonly call: ToolCall;
  readonly starter: ToolCall;
}

/** Finds what starts these calls. Of several jobs that run the same tests, as with several databases, the first counts. */
export async function startedTests(
  tree: Tree,
  folder: string,
  calls: readonly ToolCall[],
): Promise<readonly StartedTests[]> {
  const all = await callsFor(tree, folder);
  const on = all.filter(({ isOff }) => !isOff);
  const known = new Set<string>();
  return calls.flatMap((call) => {
    const markers = call.options.filter(
      (option, at) => /^-m|^-k/.test(option) || /^-[mk]$/.test(call.options[at - 1] ?? ""),
    );
    const places = (call.paths.length === 0 ? [call.folder] : call.paths).map((path) =>
      [path, ...markers].join("\0"),
    );
    const isAnother = places.some((place) => !known.has(place));
    for (const place of places) known.add(place);
    const starter = isAnother ? (starterOf(call, on) ?? starterOf(call, all)) : undefined;
    return starter === undefined ? [] : [{ call, starter }];
  });
}

/** Whether a pipeline runs the commands of a file, as by `tox` or `make test`. */
export function isStarted(file: string, calls: readonly ToolCall[]): boolean {
  return calls.some((call) => starts(call, file));
}
