import { posix } from "node:path";
import type { OwnRun } from "#modules/python/src/own-runner.ts";
import type { Suite, Test } from "#pipelines/config/config.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { typeCheckerNames } from "#pipelines/tools/registry.ts";
import { callsFor, workflowsIn } from "./calls/calls.ts";
import { composedContainers } from "./calls/compose.ts";
import { isLiteral } from "./calls/expressions.ts";
import { allExtras, allGroups } from "./calls/installs.ts";
import type { JobContainers } from "./calls/job-containers.ts";
import { isPipeline } from "./calls/pipeline-files.ts";
import { runsFile } from "./calls/tasks/script-runners.ts";
import { isStarted, type StartedTests, type TestCalls } from "./calls/test-calls.ts";
import type { ToolCall } from "./calls/tool-call.ts";
import { asScripts, ownRuns, unaskedDjango } from "./own-runner.ts";
import type { ProjectTables } from "./project.ts";
import { narrowing, pytestOptionsOf } from "./pytest-call.ts";
import { toxTomlVariables, toxVariables } from "./tox.ts";

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
  /** The containers that run beside them. */
  readonly containers: JobContainers;
  /** The runs of its own runner, if that is not pytest; empty: pytest. */
  readonly runs: readonly OwnRun[];
}

/** A service whose tests are looked for. */
export interface TestedService extends TestCalls {
  readonly project: ProjectTables;
  /** The folders of other services below its own, whose calls are theirs. */
  readonly nested: readonly string[];
  /** What starts them. */
  readonly started: readonly StartedTests[];
}

/**
 * Finds how the tests of a service are run: by the calls of its pipelines, else by those of tox, nox, make and scripts.
 * Several calls become one run of all that they name. Returns undefined if that is what pytest does by itself.
 *
 * @param python the version of Python, `3.Y`. @param reads the files with its dependencies.
 */
export async function askedTests(
  tree: Tree,
  service: TestedService,
  python: string,
  reads: readonly string[],
): Promise<AskedTests | undefined> {
  const { project, calls } = service;
  const { folder } = project;
  const [first] = calls;
  if (first === undefined) return asUnasked(tree, folder, reads);
  const jobs = await jobsOf(tree, service);
  const all = { ...jobs.variables, ...variablesOf(project, python, first) };
  const isFollowed = !service.areSome && (await decides(tree, folder, first.file));
  const options = isFollowed ? pytestOptionsOf(folder, calls) : [];
  const args = [...options.flat(), ...warningsOf(all)];
  const paths = isFollowed ? pathsOf(service) : [];
  const env = plainVariables(all);
  const own = await ownRuns(tree, folder, await asScripts(tree, calls), isFollowed);
  const sizes = [args, paths, Object.keys(env), Object.keys(jobs.containers)].map(({ length }) => length);
  if (sizes.every((size) => size === 0) && own === undefined) return undefined;
  return {
    by: first.file,
    paths: paths.map((path) => posix.relative(folder, path)),
    args,
    env,
    containers: jobs.containers,
    leavesOut:
      options.some(([option = ""]) => narrowing.test(option)) ||
      (own?.areNarrow ?? (await areBeside(tree, folder, paths))),
    runs: own?.runs ?? [],
  };
}

async function asUnasked(
  tree: Tree,
  folder: string,
  reads: readonly string[],
): Promise<AskedTests | undefined> {
  const unasked = await unaskedDjango(tree, folder, reads);
  if (unasked === undefined) return undefined;
  const { by, run } = unasked;
  const place = run.folder === "." ? [] : [posix.dirname(by)];
  const leavesOut = await areBeside(tree, folder, place);
  return { by, paths: [], args: [], env: {}, containers: {}, leavesOut, runs: [run] };
}

/**
 * What the calls of a service's tests, those that start them, and those that check its types say of the packages that
 * they need. Only those in pipelines have parts.
 */
export async function testInstallation(
  tree: Tree,
  folder: string,
  calls: readonly ToolCall[],
  started: readonly StartedTests[],
): Promise<Required<Pick<ProjectTables, "testParts" | "isFrozen" | "isTestedByTox">>> {
  const ofTests = [...calls, ...started.map(({ starter }) => starter)].flatMap(({ parts }) => parts);
  // Types are checked with what is installed for the tests: their job may need more.
  const checkers: readonly string[] = typeCheckerNames;
  const ofTypes = (await callsFor(tree, folder))
    .filter(({ tool, isCheck, isOff }) => checkers.includes(tool) && isCheck && !isOff)
    .flatMap(({ parts }) => parts.filter((part) => part !== allExtras && part !== allGroups));
  return {
    testParts: [...new Set([...ofTests, ...ofTypes])],
    isFrozen: await takesLockAsIs(tree, started[0]?.starter, calls),
    isTestedByTox: calls.some(({ file }) => runsFile("tox", file)),
  };
}

/**
 * Whether a pipeline keeps uv from comparing its lock with the project, and never asks for it, or runs the tests without
 * uv: that of the tests, or any workflow if none is known to run them.
 */
async function takesLockAsIs(
  tree: Tree,
  job: ToolCall | undefined,
  calls: readonly ToolCall[],
): Promise<boolean> {
  const inPipeline = job !== undefined && isPipeline(job.file);
  const named = job === undefined ? workflowsIn(tree) : inPipeline ? [job.file] : [];
  const texts = await textsOf(tree, named);
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => /\buv\b|\bUV_FROZEN\b/.test(line));
  const has = (words: RegExp) => lines.some((line) => words.test(line));
  if (inPipeline && lines.length === 0) {
    // The job installs with pip or tox alone, if nothing that it runs uses uv.
    const further = await textsOf(tree, [...new Set(calls.map(({ file }) => file))]);
    return !further.some((text) => /\buv\b/.test(text));
  }
  return (
    has(/\s--frozen\b|\bUV_FROZEN["']?[ \t]*[:=][ \t]*["']?(?:1|true)\b/i) &&
    !has(/\s--locked\b|\block --check\b/)
  );
}

function textsOf(tree: Tree, files: readonly string[]): Promise<readonly string[]> {
  return Promise.all(files.map((file) => tree.read(file).catch(() => "")));
}

/** Whether a file is known to say which tests must pass. Next to pipelines, others may be for people. */
async function decides(tree: Tree, folder: string, file: string): Promise<boolean> {
  if (isPipeline(file)) return true;
  const calls = await callsFor(tree, folder);
  return isStarted(file, calls) || !calls.some((call) => isPipeline(call.file));
}

/** The containers of the jobs that run a service's tests, and the variables that lead there. */
async function jobsOf(tree: Tree, { started }: TestedService) {
  const each = started.map(async ({ starter: { containers, composed, variables } }) => {
    const known = Object.fromEntries(Object.entries(variables).filter(([, value]) => isLiteral(value)));
    const both = { ...containers, ...(await composedContainers(tree, composed, known)) };
    return { containers: both, variables: Object.keys(both).length === 0 ? {} : variables };
  });
  const found = (await Promise.all(each)).reverse();
  return {
    containers: Object.assign({}, ...found.map(({ containers }) => containers)) as JobContainers,
    variables: Object.assign({}, ...found.map((job) => job.variables)) as Readonly<Record<string, string>>,
  };
}

/** The variables for a call. */
function variablesOf(
  project: ProjectTables,
  python: string,
  call: ToolCall,
): Readonly<Record<string, string>> {
  const { toxIni, pyproject } = project;
  const ini = call.file.endsWith("tox.ini") ? toxIni : undefined;
  const toml = call.file.endsWith("pyproject.toml") ? pyproject?.tool?.tox : undefined;
  const set = Object.entries(
    ini === undefined ? toxTomlVariables(toml) : toxVariables(ini, python, pyproject),
  );
  // tox fills in the others.
  return { ...Object.fromEntries(set.filter(([, value]) => /^[^{}$`]*$/.test(value))), ...call.variables };
}

/** Those that are plain text. */
function plainVariables(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, value]) => /^[A-Za-z_]\w*$/.test(name) && !ofTheRun.test(name) && isLiteral(value),
    ),
  );
}

/** What warnings do in the tests. As a variable it would count for the installation of the project too. */
function warningsOf({ PYTHONWARNINGS: filters = "" }: Readonly<Record<string, string>>): readonly string[] {
  return filters
    .split(",")
    .filter((filter) => /^[\w.:]+$/.test(filter))
    .map((filter) => `--pythonwarnings=${filter}`);
}

/** Variables that are about the machine, the installation or the reports, and not about the code. */
const ofTheRun =
  /^(?:PATH|HOME|SHELL|TERM|USER|TMPDIR|CI|ENV|BASH_ENV|PYTHONWARNINGS|PYTHONHOME|PYTHONSTARTUP|TOXENV|NOXSESSION|\w*COLORS?|VIRTUAL_ENV|LD_\w+|(?:COVERAGE|PYTEST|PIP|UV|TOX|NOX|POETRY|PDM|HATCH|GITHUB|RUNNER|ACTIONS|DOCKER|SLIPWAY)_\w+)$/;

/** What all calls name together; empty if one of them names nothing, or what only a shell knows. */
function pathsOf({ project: { folder }, nested, calls }: TestedService): readonly string[] {
  const each = calls.map(({ tool, paths, options, folder: from, isKnown }) => {
    const start = tool === "unittest" ? startOf(options) : undefined;
    const all = start === undefined ? paths : [join(from, start)];
    return isKnown ? all : [];
  });
  const inside = each.map((paths) => paths.filter((path) => isWithin(path, folder) && path !== folder));
  const isWhole = each.some((paths, at) => paths.length === 0 || paths.length > (inside[at]?.length ?? 0));
  const own = inside.flat().filter((path) => !nested.some((other) => isWithin(path, other)));
  return isWhole ? [] : [...new Set(own)].sort();
}

/** The folder in which unittest begins. */
function startOf(options: readonly string[]): string | undefined {
  const at = options.findIndex((option) => /^(?:-s|--start-directory)(?:=|$)/.test(option));
  const option = options[at];
  if (option === undefined) return undefined;
  return option.includes("=") ? option.replace(/^[^=]*=/, "") : options[at + 1];
}

/** Whether the service has files besides those in the named places that look like tests, by whatever pattern. */
async function areBeside(tree: Tree, folder: string, paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) return false;
  const looksLikeTest = /(?:^|[_/.])(?:tests?|specs?|checks?)(?:[_/.]|\d)/i;
  const tests = (await tree.all()).filter(
    (file) =>
      file.endsWith(".py") && isWithin(file, folder) && looksLikeTest.test(posix.relative(folder, file)),
  );
  return tests.some((file) => !paths.some((path) => isWithin(file, path)));
}

/** The settings of a service's tests, with what its repository asks for where slipway.yaml says nothing. */
export function testAsAsked(test: Test, asked: AskedTests | undefined): Test {
  if (asked === undefined || !isOpen(test)) return test;
  return {
    ...test,
    ...(asked.paths.length > 0 && { paths: [...asked.paths] }),
    env: { ...asked.env, ...test.env },
    containers: Object.keys(test.containers).length > 0 ? test.containers : asked.containers,
    args: [...asked.args],
  };
}

/** The containers of a service's tests that its pipeline starts; none if slipway.yaml has its own. */
export function askedContainers({ askedTests, test }: Asked): JobContainers {
  return test !== false && askedTests !== undefined && test.containers === askedTests.containers
    ? test.containers
    : {};
}

/** The settings of a service's tests, with what its repository asks for. */
interface Asked {
  readonly askedTests?: AskedTests;
  readonly test: Test | false;
}

/** Whether slipway.yaml leaves open which tests run. */
export function isOpen({ paths, markers, args, suites }: Test): boolean {
  return paths === undefined && markers === undefined && args.length === 0 && suites === undefined;
}

/** The program that runs the tests, for messages. */
export function programOf(asked: AskedTests | undefined, suite: Suite): string {
  const [run] = runsOf(asked, suite);
  return run?.kind === "script" ? plain(run.words[0] ?? "") : (run?.kind ?? "pytest");
}

/** The runs of a service's own runner; empty if pytest runs its tests, or slipway.yaml asks for what only pytest can do. */
export function runsOf(
  asked: AskedTests | undefined,
  { shards, retries, parallel, testTimeout }: Suite,
): readonly OwnRun[] {
  const needsPytest = shards > 1 || retries > 0 || parallel !== false || testTimeout !== undefined;
  return needsPytest ? [] : (asked?.runs ?? []);
}
