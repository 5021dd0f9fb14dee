import { posix } from "node:path";
import { clean, joinInside } from "#pipelines/text/path.ts";
import { type Called, looks, programs, toolOf } from "./called-tool.ts";
import type { Command } from "./command-line.ts";
import type { ComposeStart } from "./compose.ts";
import type { Verdict } from "./conditions.ts";
import type { JobContainers } from "./job-containers.ts";
import { isPlugin, isPluginOfAny } from "./plugins.ts";
import { type Program, programOf } from "./runners.ts";
import { isPlain } from "./shell-tokens.ts";
import { runsFile } from "./tasks/script-runners.ts";
import type { NamedPart, Targets } from "./tasks/targets.ts";
import { hasLabels, isTestRunner, labelPath } from "./test-runner.ts";
import { mayRunTests, unseenTests } from "./unseen-tests.ts";

/** A script of the repository, and where it runs. */
export interface Script {
  readonly file: string;
  /** The folder in which it runs, relative to the source. */
  readonly folder: string;
  readonly commands: readonly Command[];
  /** The variables of the environment in which it runs. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The unconditional steps of its job before it. */
  readonly earlier?: readonly Script[];
  /** The containers that its job starts. */
  readonly containers?: JobContainers;
  /** The services of compose files that its job starts. */
  readonly composed?: readonly ComposeStart[];
  /** The job of a pipeline that it belongs to; absent: the whole file. */
  readonly job?: number;
  /** The part of its file that it is, and all parts of that. */
  readonly target?: string;
  readonly targets?: Targets;
  /** Whether the condition of its step and job holds. */
  readonly condition?: Verdict;
  /** The requirements that are installed for it. */
  readonly installs: readonly string[];
  /** The extras and groups of the project that are installed for it. */
  readonly parts?: readonly string[];
  /** Whether the project is installed from its lock. */
  readonly isLocked?: boolean;
}

/** The commands of a script, and what is installed for them, wherever it runs. */
export type ScriptPart = Pick<Script, "commands" | "installs"> & NamedPart;

/** A call of a linter, a formatter or a type checker in a script of the repository. */
export interface ToolCall {
  /** A tool of slipway.yaml, or another one by its own name. */
  readonly tool: string;
  readonly file: string;
  /** The job of a pipeline that makes it; absent: the file has no jobs. */
  readonly job?: number;
  /** The folder in which it runs, relative to the source. */
  readonly folder: string;
  /** The files and folders that it names, relative to the source. */
  readonly paths: readonly string[];
  /** Its arguments as they are written. */
  readonly words: readonly string[];
  /** Its options with their values. */
  readonly options: readonly string[];
  /** The version that the call names. */
  readonly version?: string;
  /** The variables that are set for it. */
  readonly variables: Readonly<Record<string, string>>;
  /** The containers that its job starts. */
  readonly containers: JobContainers;
  /** The services of compose files that its job starts. */
  readonly composed: readonly ComposeStart[];
  /** The extras and groups of the project that its job installs, or names that stand for all of them. */
  readonly parts: readonly string[];
  /** Whether its job installs the newest version of the tool, and no file of requirements. */
  readonly isNewest: boolean;
  /** The plugins and stubs that are installed for it. */
  readonly beside: readonly string[];
  /** The script that makes it, and its place among the commands. */
  readonly script: Script;
  readonly at: number;
  /** Whether every word is known: none is left to a shell, or names a file that is not there. */
  readonly isKnown: boolean;
  /** Whether it runs only under a condition. */
  readonly isConditional: boolean;
  /** Whether it does not run for a change. */
  readonly isOff: boolean;
  /** Whether it looks without a change to the files, and its failure ends the script. */
  readonly isCheck: boolean;
}

/**
 * Finds the tools that a script calls, in the order of its commands.
 *
 * @param exists whether a path of the source is a file or a folder.
 */
export function callsIn(script: Script, exists: (path: string) => boolean): readonly ToolCall[] {
  const exported: Record<string, string> = {};
  return script.commands.flatMap((command, at): readonly ToolCall[] => {
    const { words, folder: below = ".", isIgnored, isUnclear = false } = command;
    Object.assign(exported, exportedBy(words));
    const program = programOf(words);
    const found = program && toolOf(program);
    // Labels of Django's tests are relative to where manage.py is.
    const own = found?.tool === "django test" ? (program?.at ?? ".") : ".";
    const runsIn = posix.join(below, program?.folder ?? ".", own);
    const place = isPlain(script.folder) ? joinInside(script.folder, runsIn) : undefined;
    const isThere = place !== undefined && (place === "." || exists(place));
    const isUnseen = (!isIgnored || isUnclear) && mayBeUnseen(command, found?.tool, isThere);
    const called = isUnseen ? { tool: unseenTests, args: [] } : found;
    // A folder that the script makes, or clones, is not the repository's.
    if (called === undefined || (!isThere && !isUnseen)) return [];
    const folder = isThere ? place : ".";
    const { tool, args } = called;
    return [
      {
        tool,
        script,
        at,
        file: script.file,
        ...(script.job !== undefined && { job: script.job }),
        folder,
        words: program === undefined ? words : wordsOf(called, program),
        ...operands(called, folder, exists),
        ...(program?.version !== undefined && { version: program.version }),
        beside: script.installs.filter((requirement) => isBeside(tool, script.file, requirement)),
        containers: script.containers ?? {},
        composed: script.composed ?? [],
        parts: script.parts ?? [],
        isNewest: isNewest(tool, script),
        variables: joined(joined(script.variables ?? {}, exported), assigned(words)),
        isConditional: script.condition === "open" || command.isConditional === true,
        isOff: script.condition === "fails",
        isCheck: !isIgnored && !isUnseen && !args.includes("--exit-zero") && looks(tool, args),
      },
    ];
  });
}

/** Whether a command may be a run of tests, or is one in a folder that is not known, or without its failure. */
function mayBeUnseen({ words, isIgnored }: Command, tool: string | undefined, isThere: boolean): boolean {
  if (tool === undefined) return mayRunTests(words);
  return isTestRunner(tool) && (isIgnored || !isThere);
}

/** A command before a call, with its folder relative to the source, and what is exported for it. */
export interface EarlierCommand extends Command {
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The most commands before a call that are looked at. */
const mostEarlier = 1000;

/** The commands of a job before a call. */
export function earlierCommands({ script, at }: ToolCall): readonly EarlierCommand[] {
  const own = { ...script, commands: script.commands.slice(0, at) };
  const all = [...(script.earlier ?? []), own].flatMap((one) =>
    one.commands.map((command) => ({ one, command })),
  );
  let before: Script | undefined;
  let variables: Readonly<Record<string, string>> = {};
  return all.slice(0, mostEarlier).flatMap(({ one, command }) => {
    const { words, folder: below = "." } = command;
    if (one !== before) variables = one.variables ?? {};
    before = one;
    variables = joined(variables, exportedBy(words));
    const folder = joinInside(one.folder, below);
    return folder === undefined
      ? []
      : [{ ...command, folder, variables: joined(variables, assigned(words)) }];
  });
}

/** Adds variables to others; most commands have none of their own, and jobs may have thousands. */
function joined(all: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>) {
  return Object.keys(more).length === 0 ? all : { ...all, ...more };
}

/** Its first word may be `discover`, or the script itself, which are no paths of tests. */
function wordsOf({ tool, args }: Called, { name, at, args: all }: Program): readonly string[] {
  if (tool === "test script") return [posix.join(at, name), ...args];
  return tool === "unittest" ? all : args;
}

function isNewest(tool: string, { installs, parts = [], isLocked = false }: Script): boolean {
  const hasPins = isLocked || parts.length > 0 || installs.some((each) => each.endsWith(".txt"));
  return installs.includes(tool) && !hasPins;
}

/** The variables that `export` sets; none for another command, or for values that only a shell knows. */
function exportedBy([name, ...values]: readonly string[]): Readonly<Record<string, string>> {
  return name === "export" && values.every(isPlain) ? assigned([...values, name]) : {};
}

/** The variables in front of a command, without those that only a shell knows. */
function assigned(words: readonly string[]): Readonly<Record<string, string>> {
  const before = words.slice(
    0,
    words.findIndex((word) => !/^@?\w+=(?!=)/.test(word) && word !== "env"),
  );
  return Object.fromEntries(
    before.flatMap((word) => {
      const [, name = "", value = ""] = /^@?(\w+)=([^{}$`]*)$/.exec(word) ?? [];
      return name === "" ? [] : [[name, value]];
    }),
  );
}

/** Tells the paths among a call's words from its options with their values. */
function operands({ tool, args }: Called, folder: string, exists: (path: string) => boolean) {
  const [paths, options]: [string[], string[]] = [[], []];
  const valued = ownValued[tool] ?? commonValued;
  // A pattern of tests is for their runner, and not for the shell.
  let isKnown = args.every((word) => isPlain(isTestRunner(tool) ? word.replace(/[*?]/g, "") : word));
  for (const [at, word] of args.entries()) {
    const before = args[at - 1] ?? "";
    const path = hasLabels(tool) ? labelPath(folder, word, exists) : joinInside(folder, clean(word));
    const isOption = word.startsWith("-") && word !== "-";
    // A word behind an option is its value, unless it is a path and the option is not known to take one.
    const isValue = /^-/.test(before) && !before.includes("=") && before !== "--";
    if (isOption || (isValue && (valued.test(before) || path === undefined || !exists(path))))
      options.push(word);
    else if (path !== undefined && exists(path)) paths.push(path);
    // A label of another kind is the runner's own matter.
    else if (!hasLabels(tool)) isKnown = false;
  }
  return { paths, options, isKnown };
}

/** Options whose value may be a path that exists. */
const commonValued =
  /^--(?:config(?:-file)?|rcfile|settings(?:-path|-file)?|sp|exclude|extend-exclude|project|append-config|python-executable|package|module|src|init-hook|cache-dir|baseline|configfile|ignore-paths|skip|known-\S+|[a-z-]+-report|junit-xml|output-file)$|^-[cpmxb]$/;

/** The same of runners of tests, whose letters mean something else. */
const ownValued: Readonly<Record<string, RegExp>> = {
  pytest:
    /^--(?:ignore|ignore-glob|deselect|cov|cov-config|rootdir|confcutdir|junitxml|junit-xml|basetemp|log-file|html|ds|dc)$|^-[mkcpnWor]$/,
  unittest: /^-[stpk]$|^--(?:start-directory|top-level-directory|pattern)$/,
  "django test": /^-[ptkv]$|^--(?:settings|pythonpath|pattern|top-level-directory|tag|exclude-tag)$/,
};

/**
 * Whether a requirement is installed for a tool: one of its plugins, or, for mypy, a package that it sees in the
 * environment that tox or nox makes for it.
 */
function isBeside(tool: string, file: string, requirement: string): boolean {
  if (isPlugin(tool, requirement)) return true;
  const [, name] = /^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?\s*(?:[<>=!~][^{}$]*)?$/.exec(requirement) ?? [];
  const isOfOther = isPluginOfAny(requirement);
  const isApart = runsFile("tox", file) || runsFile("nox", file);
  return tool === "mypy" && isApart && name !== undefined && !programs.has(name) && !isOfOther;
}
