import { posix } from "node:path";
import type { OwnRun } from "#modules/python/src/own-runner.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, joinInside } from "#pipelines/text/path.ts";
import { isPipeline } from "./calls/pipeline-files.ts";
import { isPlain } from "./calls/shell-tokens.ts";
import { hasLabels } from "./calls/test-runner.ts";
import type { ToolCall } from "./calls/tool-call.ts";
import { pytestOptions } from "./pytest-settings.ts";

/** The runs of a project's own runner, and whether they leave tests of the service out. */
export interface OwnRuns {
  readonly runs: readonly OwnRun[];
  readonly areNarrow: boolean;
}

const most = 10;

/**
 * Makes a run of each call of unittest, of Django's runner or of a script, in its order. Returns undefined if there is
 * none, or one is out of the service's folder: pytest then runs the tests.
 *
 * @param isFollowed whether the calls decide which tests run; otherwise each runs all of its tests.
 */
export async function ownRuns(
  tree: Tree,
  folder: string,
  calls: readonly ToolCall[],
  isFollowed: boolean,
): Promise<OwnRuns | undefined> {
  const isOwn = ({ tool, folder: at }: ToolCall) => hasLabels(tool) && isWithin(at, folder);
  if (calls.length === 0 || calls.length > most || !calls.every(isOwn)) return undefined;
  const all = await Promise.all(
    calls.map(async (call): Promise<OwnRun> => {
      const settings = await settingsOf(tree, call);
      return {
        kind: call.tool === "unittest" ? "unittest" : call.tool === "test script" ? "script" : "django",
        folder: posix.relative(folder, call.folder) || ".",
        words: settledWords(call, isFollowed),
        ...(settings !== undefined && { settings }),
      };
    }),
  );
  const distinct = [...new Map(all.map((run) => [JSON.stringify(run), run])).values()];
  const wholes = distinct.filter(isWhole);
  // What a run of everything has run already is not run again.
  const runs = distinct.filter(
    (run) => isWhole(run) || !wholes.some((whole) => whole.kind === run.kind && whole.folder === run.folder),
  );
  return { runs, areNarrow: wholes.length === 0 || !wholes.some((run) => run.folder === ".") };
}

/** Whether a run has no word that could choose among the tests. */
function isWhole({ kind, words }: OwnRun): boolean {
  const own = kind === "script" ? words.slice(1) : words;
  return own.every((word) =>
    /^(?:discover|-[vb\d]+|\d|--(?:verbose|verbosity|no-?input|keepdb|buffer|locals|timing|settings)(?:=.*)?)$/.test(
      word,
    ),
  );
}

/**
 * The words of a call without those that would end it early or cost its reports: parallel tests have none. A script's
 * other flags are its own.
 */
function settledWords({ tool, words, isKnown }: ToolCall, isFollowed: boolean): readonly string[] {
  const dropped =
    tool === "test script"
      ? /^--(?:parallel|testrunner)(?:=.*)?$/
      : /^(?:-[fcq]|--(?:failfast|catch|quiet|pdb|debug-\w+|parallel|testrunner)(?:=.*)?)$/;
  const kept = words.filter((word, at) => {
    const before = words[at - 1] ?? "";
    const isCount = before === "--parallel" && /^(?:\d+|auto)$/.test(word);
    return !dropped.test(word) && !isCount && before !== "--testrunner";
  });
  if (isKnown && isFollowed) return kept;
  if (tool === "test script") return kept.slice(0, 1);
  // Where tests begin, what their files are called, and by which settings, is no choice among them.
  const isPlace =
    /^(?:discover|-[pst]|--(?:pattern|start-directory|top-level-directory|settings|pythonpath)(?:=.*)?)$/;
  const isKept = (word: string) => isPlain(word) || /^(?:--pattern=)?[\w.*?-]+\.py$/.test(word);
  return kept.filter((word, at) => {
    const before = kept[at - 1] ?? "";
    return isKept(word) && (isPlace.test(word) || (isPlace.test(before) && /^-[^=]*$/.test(before)));
  });
}

/** The settings that the file of a call sets: a Makefile or a script. Others have them among their variables. */
async function settingsOf(tree: Tree, { tool, file, words }: ToolCall): Promise<string | undefined> {
  const isTold = words.some((word) => word.startsWith("--settings")) || isPipeline(file) || /tox/.test(file);
  if (tool !== "django test" || isTold) return undefined;
  return settingsIn(await tree.read(file).catch(() => ""));
}

function settingsIn(text: string): string | undefined {
  return /\bDJANGO_SETTINGS_MODULE["']?\s*[=:,]\s*["']?([A-Za-z_]\w*(?:\.\w+)*)/.exec(text)?.[1];
}

/**
 * Finds the run of a project of Django that calls no tests anywhere, `manage.py test`, and the path of its manage.py.
 * Returns undefined if pytest is among its needs, or set up.
 *
 * @param reads the files with its dependencies.
 */
export async function unaskedDjango(
  tree: Tree,
  folder: string,
  reads: readonly string[],
): Promise<{ readonly by: string; readonly run: OwnRun } | undefined> {
  const needs = await Promise.all(reads.map((file) => tree.read(file).catch(() => "")));
  if (needs.some((text) => /\bpytest/i.test(text)) || !needs.some((text) => /\bdjango\b/i.test(text)))
    return undefined;
  if ((await pytestOptions(tree, folder)) !== undefined) return undefined;
  // The project's own folder is often that of its code, beside Dockerfile and lock.
  const places = (await tree.all()).filter((file) =>
    /^(?:[\w-]+\/)?manage\.py$/.test(posix.relative(folder, file)),
  );
  const [by, ...others] = places;
  if (by === undefined || others.length > 0) return undefined;
  if (settingsIn(await tree.read(by).catch(() => "")) === undefined) return undefined;
  const at = posix.relative(folder, posix.dirname(by)) || ".";
  return { by, run: { kind: "django", folder: at, words: [] } };
}

/**
 * The calls, with a file of tests as a script of its own if it runs unittest as a program: pytest would find other
 * classes in it, and has other files open.
 */
export function asScripts(tree: Tree, calls: readonly ToolCall[]): Promise<readonly ToolCall[]> {
  return Promise.all(
    calls.map(async (call): Promise<ToolCall> => {
      const [path] = call.tool === "test file" ? call.paths : [];
      const text = path === undefined ? "" : await tree.read(path).catch(() => "");
      const isProgram = /\bunittest\.main\(/.test(text) && !/\bpytest\b/.test(text);
      return isProgram ? { ...call, tool: "test script" } : call;
    }),
  );
}

/** Whether a script hands the tests to pytest, which then runs by itself. */
export async function callsPytest(tree: Tree, { tool, folder, words }: ToolCall): Promise<boolean> {
  const script = tool === "test script" ? joinInside(folder, words[0] ?? "") : undefined;
  return script !== undefined && /\bpytest\b/.test(await tree.read(script).catch(() => "pytest"));
}
