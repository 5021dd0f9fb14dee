import { posix } from "node:path";
import { joinInside } from "#pipelines/text/path.ts";
import type { Command } from "../command-line.ts";
import { programOf } from "../runners.ts";
import { isPlain, unknownWord } from "../shell-tokens.ts";
import { isProjectRunner, isScriptRunner } from "./script-runners.ts";

/** The commands that a file names, as the targets of a Makefile, each with those that it runs in its turn. */
export type Targets = ReadonlyMap<string, readonly string[]>;

/** A named part of a file. */
export interface NamedPart {
  readonly target?: string;
  readonly commands: readonly Command[];
  /** Those that run with it. */
  readonly needs?: readonly string[];
}

/** The target that runs if a call names none. */
export const usualTarget = "";

/** What runs for a name that the file does not have. */
export const anyOther = "*";

/** The most parts of a file whose names are followed. */
const mostParts = 500;

/** Finds which parts run others; undefined if there are too many. */
export function targetsOf(parts: readonly NamedPart[]): Targets | undefined {
  if (parts.length > mostParts) return undefined;
  const found = new Map<string, string[]>();
  for (const { target } of parts) if (target !== undefined) found.set(target, []);
  for (const { target, commands, needs = [] } of parts) {
    if (target === undefined) continue;
    const called = commands.flatMap(({ words }) => calledIn(words));
    const all = [...needs, ...called];
    found.get(target)?.push(...all.filter((name) => name !== target && found.has(name)));
    // Which parts a variable names, only the runner knows. One with a slash is a file.
    if (all.some((name) => !isPlain(name) && !name.includes("/"))) found.get(target)?.push(unknownWord);
  }
  return found;
}

/** The names in a command that may be parts of the same file: its own, or arguments of a runner such as make. */
function calledIn(words: readonly string[]): readonly string[] {
  const [first = "", ...others] = words;
  if (/^[@+-]{0,3}\$[({]MAKE[)}]$/.test(first)) return others;
  const program = programOf(words);
  if (program === undefined) return [];
  const { name, args } = program;
  return isScriptRunner(name) || isProjectRunner(name) ? args : [name];
}

/** The parts that run when these are called. */
export function reachedBy(targets: Targets, names: readonly string[]): ReadonlySet<string> {
  const reached = new Set(names);
  for (const name of reached) for (const next of targets.get(name) ?? []) reached.add(next);
  return reached;
}

/** What a call of a runner asks for: the names, and the folder of the file that has them. */
export interface Asked {
  /** Undefined: only the runner knows them. */
  readonly names: readonly string[] | undefined;
  /** Undefined: only a shell knows it. */
  readonly folder: string | undefined;
}

/** Reads the arguments of make, just, tox, nox, or of a runner of commands in pyproject.toml. */
export function askedOf(
  tool: string,
  words: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>>,
): Asked {
  if (tool === "tox") return { names: environmentsIn(words, variables.TOXENV), folder };
  if (tool === "nox") return { names: sessionsIn(words, variables.NOXSESSION), folder };
  if (tool === "make" || tool === "just") return recipesIn(words, folder);
  const [name = usualTarget] = words[0] === "run" ? words.slice(1) : words;
  return { names: isPlain(name) ? [name] : undefined, folder };
}

function recipesIn(words: readonly string[], folder: string): Asked {
  const names: string[] = [];
  let at: string | undefined = folder;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [, option, joined] =
      /^(-[CdfIoW]|--directory|--file|--makefile|--justfile|--working-directory)(?:=?(.+))?$/.exec(word) ??
      [];
    if (option !== undefined) {
      const value = joined ?? words[++index] ?? "";
      const isPlace = /^(?:-[Cd]|--(?:working-)?directory)$/.test(option);
      const place = isPlace ? value : posix.dirname(value);
      if (/^(?:-[CdfW]|--)/.test(option))
        at = at === undefined || !isPlain(place) ? undefined : joinInside(at, place);
    } else if (!/^-|=/.test(word) && !(/^-j$|^--jobs$/.test(words[index - 1] ?? "") && /^\d+$/.test(word))) {
      names.push(word);
    }
  }
  if (!names.every(isPlain)) return { names: undefined, folder: at };
  return { names: names.length === 0 ? [usualTarget] : names, folder: at };
}

/** https://tox.wiki/en/stable/cli_interface.html */
function environmentsIn(words: readonly string[], set: string | undefined): readonly string[] | undefined {
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  if (
    own.some((word) => /^(?:-[lam]|--(?:listenvs|label)|-f|list|l|config|c|devenv|d|quickstart)$/.test(word))
  )
    return own.some((word) => /^(?:-m|--label|-f)$/.test(word)) ? undefined : [];
  const lists = own.flatMap((word, at) => {
    const [, joined] = /^(?:-e|--env=)=?(.+)$/.exec(word) ?? [];
    return joined ?? (/^(?:-e|--env)$/.test(own[at - 1] ?? "") ? [word] : []);
  });
  const names = (lists.length > 0 ? lists : [set ?? usualTarget]).flatMap((list) => list.split(/[\s,]+/));
  return names.every(isPlain) ? names.map((name) => (name === "ALL" ? usualTarget : name)) : undefined;
}

/** https://nox.thea.codes/en/stable/usage.html */
function sessionsIn(words: readonly string[], set: string | undefined): readonly string[] | undefined {
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  if (own.some((word) => /^(?:-l|--list(?:-sessions)?)$/.test(word))) return [];
  if (own.some((word) => /^(?:-[ktf]|--(?:keywords|tags|noxfile)(?:=.*)?)$/.test(word))) return undefined;
  const names: string[] = [];
  let isSession = false;
  for (const word of own) {
    const [, joined] = /^(?:-[se]|--sessions?)=?(.+)$/.exec(word) ?? [];
    if (joined !== undefined) names.push(joined);
    else if (word.startsWith("-")) isSession = /^(?:-[se]|--sessions?)$/.test(word);
    else if (isSession) names.push(word);
  }
  if (names.length === 0) names.push(...(set ?? usualTarget).split(","));
  // Each version of Python is a session: `tests-3.12`, `tests(django='5')`.
  return names.every(isPlain) ? names.map((name) => name.replace(/-\d[\d.]*$|\(.*$/, "")) : undefined;
}
