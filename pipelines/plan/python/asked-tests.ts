import { posix } from "node:path";
import type { OwnRunner } from "#modules/python/src/own-runner.ts";
import type { Suite, Test } from "#pipelines/config/config.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, join, joinInside } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { callsFor } from "./calls/calls.ts";
import { isPipeline } from "./calls/pipeline-files.ts";
import { hasLabels, isTestRunner, runsFile } from "./calls/test-runner.ts";
import type { ToolCall } from "./calls/tool-call.ts";
import type { ProjectTables } from "./project.ts";
import { pytestOptions } from "./pytest-settings.ts";
import { isTestFile } from "./test-file.ts";
import { toxVariables } from "./tox.ts";

/** How a repository runs its own tests, where pytest alone would run others or none. */
export interface AskedTests {
  /** The file that says so, relative to the source. */
  readonly by: string;
  /** Files and folders, relative to the service's; empty: all. */
  readonly paths: readonly string[];
  /** Arguments of pytest. */
  readonly args: readonly string[];
  /** Whether tests of the service stay out. */
  readonly leavesOut: boolean;
  /** The variables that are set for them. */
  readonly env: Readonly<Record<string, string>>;
  /** The runner of its own, if that is not pytest. */
  readonly runner?: OwnRunner;
}

/**
 * Finds how the tests of a service are run: by the calls of its pipelines, else by those of tox, nox, make and scripts.
 * Several calls become one run of all that they name. Returns undefined if that is what pytest does by itself.
 *
 * @param python the version of Python, `3.Y`. @param reads the files with its dependencies.
 */
export async function askedTests(
  tree: Tree,
  project: ProjectTables,
  python: string,
  reads: readonly string[],
): Promise<AskedTests | undefined> {
  const { folder } = project;
  const calls = await testCalls(tree, folder);
  const [first] = calls;
  if (first === undefined) return unaskedDjango(tree, folder, reads);
  const isFollowed = await decides(tree, folder, first.file);
  const args = isFollowed ? optionsOf(calls) : [];
  const paths = isFollowed ? pathsOf(folder, calls) : [];
  const env = variablesOf(project, python, first);
  const runner = await ownRunner(tree, folder, isFollowed ? calls : calls.map(withoutLabels));
  if (args.length + paths.length + Object.keys(env).length === 0 && runner === undefined) return undefined;
  return {
    by: first.file,
    paths: paths.map((path) => posix.relative(folder, path)),
    args,
    env,
    leavesOut: args.some((option) => narrows.test(option)) || (await areBeside(tree, folder, paths)),
    ...(runner !== undefined && { runner }),
  };
}

/** What the calls of a service's tests say of the packages that they need. */
export async function testInstallation(
  tree: Tree,
  folder: string,
): Promise<Required<Pick<ProjectTables, "testParts" | "isTestedByTox">>> {
  const calls = await testCalls(tree, folder);
  const inPipelines = calls.filter(({ file }) => isPipeline(file));
  return {
    testParts: [...new Set(inPipelines.flatMap(({ parts }) => parts))],
    isTestedByTox: calls.some(({ file }) => runsFile("tox", file)) && inPipelines.length === 0,
  };
}

/**
 * The calls that count: those in pipelines, else those of a file that a pipeline runs, else those of the first file. A
 * repository that calls pytest there has other runners for other ends.
 */
async function testCalls(tree: Tree, folder: string): Promise<readonly ToolCall[]> {
  const calls = await callsFor(tree, folder);
  const all: ToolCall[] = [];
  for (const call of calls) {
    if (isTestRunner(call.tool) && call.isCheck && !(await callsPytest(tree, call))) all.push(call);
  }
  const inPipelines = all.filter(({ file }) => isPipeline(file));
  const run = all.find(({ file }) => isStarted(file, calls)) ?? all[0];
  const counted = inPipelines.length > 0 ? inPipelines : all.filter(({ file }) => file === run?.file);
  const ofPytest = counted.filter(({ tool }) => tool === "pytest");
  const [first] = counted;
  return ofPytest.length > 0 ? ofPytest : counted.filter(({ tool }) => tool === first?.tool);
}

/** Whether a pipeline runs the commands of a file, as by `tox` or `make test`. */
function isStarted(file: string, calls: readonly ToolCall[]): boolean {
  return calls.some((call) => isPipeline(call.file) && runsFile(call.tool, file));
}

/** Whether a file is known to say which tests must pass. Next to pipelines, others may be for people. */
async function decides(tree: Tree, folder: string, file: string): Promise<boolean> {
  if (isPipeline(file)) return true;
  const calls = await callsFor(tree, folder);
  return isStarted(file, calls) || !calls.some((call) => isPipeline(call.file));
}

/** The variables for a call, as far as they are plain text. */
function variablesOf(
  project: ProjectTables,
  python: string,
  call: ToolCall,
): Readonly<Record<string, string>> {
  const ini = call.file.endsWith("tox.ini") ? project.toxIni : undefined;
  const all = { ...(ini && toxVariables(ini, python)), ...call.variables };
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, value]) => /^[A-Za-z_]\w*$/.test(name) && !ofTheRun.test(name) && /^[^\0{}$`]*$/.test(value),
    ),
  );
}

/** Variables that are about the machine, the installation or the reports, and not about the code. */
const ofTheRun =
  /^(?:PATH|HOME|SHELL|TERM|USER|TMPDIR|CI|\w*COLORS?|VIRTUAL_ENV|LD_\w+|(?:COVERAGE|PYTEST|PIP|UV|TOX|NOX|POETRY|PDM|HATCH|GITHUB|RUNNER|ACTIONS|DOCKER|SLIPWAY)_\w+)$/;

/** Whether a script hands the tests to pytest, which then runs by itself. */
async function callsPytest(tree: Tree, { tool, folder, words }: ToolCall): Promise<boolean> {
  const script = tool === "test script" ? joinInside(folder, words[0] ?? "") : undefined;
  return script !== undefined && /\bpytest\b/.test(await tree.read(script).catch(() => "pytest"));
}

/** What all calls name together; empty if one of them names nothing, or what only a shell knows. */
function pathsOf(folder: string, calls: readonly ToolCall[]): readonly string[] {
  const each = calls.map(({ tool, paths, options, folder: from, isKnown }) => {
    const start = tool === "unittest" ? valueAfter(options, /^(?:-s|--start-directory)$/) : undefined;
    const all = start === undefined ? paths : [join(from, start)];
    return isKnown ? all : [];
  });
  const inside = each.map((paths) => paths.filter((path) => isWithin(path, folder) && path !== folder));
  const isWhole = each.some((paths, at) => paths.length === 0 || paths.length > (inside[at]?.length ?? 0));
  return isWhole ? [] : [...new Set(inside.flat())].sort();
}

/** Whether the service has test files besides those in the named places. */
async function areBeside(tree: Tree, folder: string, paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) return false;
  const tests = (await tree.all()).filter((file) => isTestFile(file) && isWithin(file, folder));
  return tests.some((file) => !paths.some((path) => isWithin(file, path)));
}

/** The runs of unittest, or of Django's runner, without what would end them early or cost their reports. */
async function ownRunner(
  tree: Tree,
  folder: string,
  calls: readonly ToolCall[],
): Promise<OwnRunner | undefined> {
  const [first] = calls;
  if (first === undefined || !hasLabels(first.tool) || !isWithin(first.folder, folder)) return undefined;
  const own = calls.filter((call) => call.folder === first.folder);
  const whole = own.find((call) => !call.isKnown || !namesTests(call));
  const all = (whole === undefined ? own : [whole]).map(({ words, isKnown }) =>
    isKnown ? settledWords(words) : words.slice(0, first.tool === "test script" ? 1 : 0),
  );
  const common = {
    folder: posix.relative(folder, first.folder) || ".",
    calls: [...new Map(all.map((words) => [words.join("\0"), words])).values()],
  };
  if (first.tool === "unittest") return { kind: "unittest", ...common };
  if (first.tool === "test script") return { kind: "script", ...common };
  const settings = await settingsOf(tree, first);
  return { kind: "django", ...common, ...(settings !== undefined && { settings }) };
}

/** Whether a call names some of the tests, as far as its words tell. */
function namesTests({ tool, paths, words }: ToolCall): boolean {
  const own = tool === "test script" ? words.slice(1) : words;
  return paths.length > 0 || own.some((word) => !word.startsWith("-") && word !== "discover");
}

/** The call of all tests by the same runner. */
function withoutLabels(call: ToolCall): ToolCall {
  return { ...call, isKnown: false, paths: [] };
}

function settledWords(words: readonly string[]): readonly string[] {
  const flag = /^(?:-[fcq]|--(?:failfast|catch|quiet|pdb|debug-\w+|parallel|testrunner)(?:=.*)?)$/;
  return words.filter(
    (word, at) => !flag.test(word) && !/^--(?:testrunner|parallel)$/.test(words[at - 1] ?? ""),
  );
}

/** The options of pytest that decide which tests run, and how; only those that each call has. */
function optionsOf(calls: readonly ToolCall[]): readonly string[] {
  const each = calls.map(({ tool, options, isKnown }) =>
    tool === "pytest" && isKnown ? settled(options) : [],
  );
  const [first = [], ...others] = each;
  return first.filter((option) => others.every((other) => other.includes(option)));
}

const letters: Readonly<Record<string, string>> = { "-W": "--pythonwarnings", "-k": "-k", "-m": "-m" };
const joins =
  /^--(?:ignore|ignore-glob|deselect|import-mode|asyncio-mode|doctest-glob|ds|dc|pythonwarnings)$/;
const narrows = /^(?:-[km]|--(?:ignore|ignore-glob|deselect)=)/;
const alone = /^--(?:doctest-modules|benchmark-(?:skip|disable|only)|no-?migrations|run-?[\w-]+)$/;

/** Writes options with a value as one word each: `-mnot slow`, `--ignore=tests/e2e`. */
function settled(options: readonly string[]): readonly string[] {
  return options.flatMap((option, at) => {
    const [name = "", ...values] = option.split("=");
    if (joins.test(name)) {
      const value = option.includes("=") ? values.join("=") : options[at + 1];
      return value === undefined ? [] : [`${name}=${value}`];
    }
    const letter = letters[option.slice(0, 2)];
    if (letter === undefined || option.startsWith("--")) return alone.test(option) ? [option] : [];
    const value = option.length > 2 ? option.slice(2) : options[at + 1];
    return value === undefined ? [] : [letter.startsWith("--") ? `${letter}=${value}` : `${letter}${value}`];
  });
}

function valueAfter(options: readonly string[], name: RegExp): string | undefined {
  const at = options.findIndex((option) => name.test(option.replace(/=.*$/s, "")));
  const option = options[at];
  if (option === undefined) return undefined;
  return option.includes("=") ? option.replace(/^[^=]*=/, "") : options[at + 1];
}

/** The settings that the file of a call names, or manage.py; undefined if the call itself does. */
async function settingsOf(tree: Tree, call: ToolCall): Promise<string | undefined> {
  if (call.words.some((word) => word.startsWith("--settings"))) return undefined;
  return (
    settingsIn(await tree.read(call.file).catch(() => "")) ??
    settingsIn(await tree.read(join(call.folder, "manage.py")).catch(() => ""))
  );
}

function settingsIn(text: string): string | undefined {
  return /\bDJANGO_SETTINGS_MODULE["']?\s*[=:,]\s*["']?([A-Za-z_]\w*(?:\.\w+)*)/.exec(text)?.[1];
}

/** A project of Django that calls no tests anywhere has those of `manage.py test`, unless pytest is among its needs. */
async function unaskedDjango(
  tree: Tree,
  folder: string,
  reads: readonly string[],
): Promise<AskedTests | undefined> {
  const needs = await Promise.all(reads.map((file) => tree.read(file).catch(() => "")));
  if (needs.some((text) => /\bpytest/i.test(text)) || !needs.some((text) => /\bdjango\b/i.test(text)))
    return undefined;
  if ((await pytestOptions(tree, folder)) !== undefined) return undefined;
  // The project's own folder is often that of its code, beside Dockerfile and lock.
  const places = (await tree.all()).filter((file) =>
    /^(?:[\w-]+\/)?manage\.py$/.test(posix.relative(folder, file)),
  );
  const [by, ...others] = places;
  const settings = by && others.length === 0 ? settingsIn(await tree.read(by).catch(() => "")) : undefined;
  if (by === undefined || settings === undefined) return undefined;
  const from = posix.relative(folder, posix.dirname(by)) || ".";
  const runner = { kind: "django", folder: from, calls: [[]], settings } as const;
  return { by, paths: [], args: [], env: {}, leavesOut: false, runner };
}

/** The settings of a service's tests, with what its repository asks for where slipway.yaml says nothing. */
export function testAsAsked(test: Test, asked: AskedTests | undefined): Test {
  if (asked === undefined || !isOpen(test)) return test;
  return {
    ...test,
    ...(asked.paths.length > 0 && { paths: [...asked.paths] }),
    env: { ...asked.env, ...test.env },
    args: [...asked.args],
  };
}

/** Whether slipway.yaml leaves open which tests run. */
export function isOpen({ paths, markers, args, suites }: Test): boolean {
  return paths === undefined && markers === undefined && args.length === 0 && suites === undefined;
}

/** The program that runs the tests, for messages. */
export function programOf(asked: AskedTests | undefined, suite: Suite): string {
  const runner = runnerOf(asked, suite);
  return runner?.kind === "script" ? plain(runner.calls[0]?.[0] ?? "") : (runner?.kind ?? "pytest");
}

/** The runner of a service's own for its tests; undefined if slipway.yaml asks for what only pytest can do. */
export function runnerOf(
  asked: AskedTests | undefined,
  { shards, retries, parallel, testTimeout }: Suite,
): OwnRunner | undefined {
  const needsPytest = shards > 1 || retries > 0 || parallel !== false || testTimeout !== undefined;
  return needsPytest ? undefined : asked?.runner;
}
