import { posix } from "node:path";
import type { OwnRunner } from "#modules/python/src/own-runner.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, join, joinInside } from "#pipelines/text/path.ts";
import { hasLabels } from "./calls/test-runner.ts";
import type { ToolCall } from "./calls/tool-call.ts";
import { pytestOptions } from "./pytest-settings.ts";

/** The runs of unittest, or of Django's runner, without what would end them early or cost their reports. */
export async function ownRunner(
  tree: Tree,
  folder: string,
  calls: readonly ToolCall[],
): Promise<OwnRunner | undefined> {
  const [first] = calls;
  if (first === undefined || !hasLabels(first.tool) || !isWithin(first.folder, folder)) return undefined;
  // One run has one folder: pytest finds the tests of several.
  if (calls.some((call) => call.folder !== first.folder)) return undefined;
  const whole = calls.find((call) => !call.isKnown || !namesTests(call));
  const all = (whole === undefined ? calls : [whole]).map(({ words, isKnown }) =>
    isKnown ? settledWords(first.tool, words) : words.slice(0, first.tool === "test script" ? 1 : 0),
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
export function withoutLabels(call: ToolCall): ToolCall {
  return { ...call, isKnown: false, paths: [] };
}

/** Parallel tests have no reports. A script's other flags are its own. */
function settledWords(tool: string, words: readonly string[]): readonly string[] {
  const flag =
    tool === "test script"
      ? /^--parallel(?:=.*)?$/
      : /^(?:-[fcq]|--(?:failfast|catch|quiet|pdb|debug-\w+|parallel|testrunner)(?:=.*)?)$/;
  return words.filter(
    (word, at) => !flag.test(word) && !/^--(?:testrunner|parallel)$/.test(words[at - 1] ?? ""),
  );
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

/**
 * Finds the runner of a project of Django that calls no tests anywhere, `manage.py test`, and the path of its manage.py.
 * Returns undefined if pytest is among its needs, or set up.
 *
 * @param reads the files with its dependencies.
 */
export async function unaskedDjango(
  tree: Tree,
  folder: string,
  reads: readonly string[],
): Promise<{ readonly by: string; readonly runner: OwnRunner } | undefined> {
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
  return { by, runner };
}

/** Whether a script hands the tests to pytest, which then runs by itself. */
export async function callsPytest(tree: Tree, { tool, folder, words }: ToolCall): Promise<boolean> {
  const script = tool === "test script" ? joinInside(folder, words[0] ?? "") : undefined;
  return script !== undefined && /\bpytest\b/.test(await tree.read(script).catch(() => "pytest"));
}
