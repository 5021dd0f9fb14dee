import { posix } from "node:path";
import { isPlain } from "./shell-tokens.ts";
import { isProjectRunner } from "./tasks/script-runners.ts";

/** A program with its arguments, without what only chooses the environment that it runs in. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  /** The folder to which its runner goes, as in `uv run --directory backend`; else `.`. */
  readonly folder: string;
  /** The folder of a program that is called by its path, as in `./backend/manage.py`; else `.`. */
  readonly at: string;
  /** The runner that knows names of commands beside programs, as in `hatch run test:cov`. */
  readonly runner?: string;
  /** The version that the runner was asked for. */
  readonly version?: string;
}

/** A runner: the words that begin it, and its options with a value of their own. */
interface Runner {
  readonly begins: RegExp;
  readonly valued?: RegExp;
  /** The option that names the package which has the program. */
  readonly from?: RegExp;
  /** The option that names the folder to run in. */
  readonly folder?: RegExp;
  /** Whether its first word without an option is no part of the command. */
  readonly hasName?: true;
}

const uvOptions =
  /^(?:--(?:group|only-group|no-group|extra|with|with-editable|with-requirements|python|package|directory|project|env-file|index|index-url|from|resolution)|-p|-w|-c)$/;

const runners: readonly Runner[] = [
  { begins: /^(?:time|exec|command|nice|eatmydata)$/ },
  { begins: /^sudo$/, valued: /^(?:-[ugpChT]|--user|--group)$/ },
  { begins: /^env$/ },
  { begins: /^timeout$/, valued: /^(?:-k|-s|--kill-after|--signal)$/, hasName: true },
  { begins: /^xvfb-run$/, valued: /^-[efnpsw]$/ },
  {
    begins: /^(?:conda|mamba|micromamba) run$/,
    valued: /^(?:-[np]|--name|--prefix|--cwd)$/,
    folder: /--cwd[ =](\S+)/,
  },
  { begins: /^xargs$/, valued: /^-[nPLI]$/ },
  { begins: /^uv(?: --directory \S+)? run$/, valued: uvOptions, folder: /--directory[ =](\S+)/ },
  { begins: /^(?:uvx|uv tool run)$/, valued: uvOptions, from: /^--from$/ },
  { begins: /^pipx run$/, valued: /^--(?:spec|python|pip-args)$/, from: /^--spec$/ },
  {
    begins: /^(?:(?:poetry|pdm|pipenv|rye|pixi)|poetry (?:-C|--directory) \S+) run$/,
    valued: /^(?:-e|--environment|-p|--project)$/,
    folder: /(?:-C|--directory)[ =](\S+)/,
  },
  { begins: /^hatch (?:-e \S+ )?run$/ },
  {
    begins: /^docker[ -]compose(?: (?:-f|--file|-p|--profile|--env-file) \S+){0,2} (?:run|exec)$/,
    valued: /^(?:-e|--env|-u|--user|-w|-v)$/,
    hasName: true,
  },
  { begins: /^coverage run$/, valued: /^--(?:source|rcfile|omit|include|data-file|context|concurrency)$/ },
  // With a module as with a file: `-m` is one of its options.
  { begins: /^(?:python[\d.]*|\{env_?python\})$/, valued: /^-[WXc]$/ },
];

/** The longest name of a program, with its path, in characters. */
const longestName = 1000;

/**
 * Finds the program that a command runs, behind variables of the environment and runners such as `uv run`; undefined
 * if only the shell knows which one it is.
 */
export function programOf(words: readonly string[]): Program | undefined {
  let rest = words.map((word, at) => (at === 0 ? word.replace(/^[@-]+/, "") : word));
  let asked = "";
  let folder = ".";
  let runner: string | undefined;
  // Runners stand in each other, as in `xargs uv run python -m mypy`.
  for (let left = 8; left > 0; left--) {
    rest = rest.slice(
      Math.max(
        0,
        rest.findIndex((word) => !/^$|^\w+=(?!=)/.test(word)),
      ),
    );
    if ((rest[0] ?? "").length > longestName) return undefined;
    const heads = headsOf(rest);
    const found = runners
      .map((runner) => ({ runner, length: heads.findIndex((head) => runner.begins.test(head)) + 1 }))
      .find(({ length }) => length > 0);
    if (found === undefined) break;
    const after = afterOptions(rest.slice(found.length), found.runner);
    const own = rest.slice(0, rest.length - after.rest.length).join(" ");
    folder = posix.join(folder, found.runner.folder?.exec(own)?.[1] ?? ".");
    rest = after.rest;
    const [head = ""] = own.split(" ");
    if (isProjectRunner(basename(head))) runner = basename(head);
    asked = after.from ?? asked;
  }
  const [word = "", ...args] = rest;
  const first = basename(word).replace(/^\$(?:\{\w+\}|\(\w+\))/, "");
  // `hatch run lint:mypy` names the environment, `uvx ruff@0.4.1` and `pipx run black==24.1` the version.
  const [, name = "", suffix] =
    /^(?:[\w.-]+:)?([\w.-]+?)(?:\[[\w,-]*\])?(?:(?:@|==)(\d[\w.]*|latest))?$/.exec(first) ?? [];
  if (!isPlain(first) || !isPlain(folder) || name === "") return undefined;
  const version = suffix ?? /^[\w.-]+(?:\[[\w,-]*\])?(?:@|==)(\d[\w.]*)$/.exec(asked)?.[1] ?? "";
  const at = posix.dirname(word);
  return {
    name,
    args,
    folder,
    at,
    ...(runner !== undefined && { runner }),
    ...(/^\d/.test(version) && { version }),
  };
}

/** The words with which a runner may begin, by their number. */
function headsOf(words: readonly string[]): readonly string[] {
  const [first = "", ...others] = words;
  const heads = [basename(first)];
  for (const word of others.slice(0, 6)) heads.push(`${heads.at(-1)} ${word}`);
  return heads;
}

function afterOptions(words: readonly string[], { valued, from, hasName }: Runner) {
  let at = 0;
  let source: string | undefined;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) break;
    if (valued?.test(word)) {
      if (from?.test(word)) source = words[at + 1];
      at++;
    } else if (word.includes("=") && from?.test(word.replace(/=.*$/s, ""))) {
      source = word.replace(/^[^=]*=/, "");
    }
    if (word === "--") {
      at++;
      break;
    }
  }
  return { rest: words.slice(hasName ? at + 1 : at), from: source };
}

function basename(word: string): string {
  return posix.basename(word);
}
