import { type Command, isPlain } from "./command-line.ts";
import { programOf } from "./runners.ts";

/** What the commands of a job install. */
export interface Installs {
  /** The requirements in calls of pip. */
  readonly requirements: readonly string[];
  /** The extras and groups of the project itself; `*`: all. */
  readonly parts: readonly string[];
}

/** Reads the calls of pip, uv, Poetry and PDM among the commands of a job. */
export function installsOf(commands: readonly Command[]): Installs {
  const all = commands.flatMap(({ words }) => wordsOf(words) ?? []);
  return {
    requirements: all.filter((word) => /^[A-Za-z0-9]/.test(word) && isPlain(word)),
    parts: [...new Set(commands.flatMap(({ words }) => partsIn(wordsOf(words) ?? [])))],
  };
}

/** The arguments of an installation; undefined for any other command. */
function wordsOf(words: readonly string[]): readonly string[] | undefined {
  const program = programOf(words);
  if (program === undefined) return undefined;
  const { name, args } = program;
  const [first, second] = args;
  if (/^pip[\d.]*$/.test(name) && first === "install") return args.slice(1);
  if (name === "uv" && first === "pip" && second === "install") return args.slice(2);
  if (name === "uv" && first === "sync") return args.slice(1);
  if ((name === "poetry" || name === "pdm") && (first === "install" || first === "sync"))
    return args.slice(1);
  return undefined;
}

const valued = /^(?:--(?:extra|extras|group|with|only|only-group)|-E|-G)$/;

function partsIn(words: readonly string[]): readonly string[] {
  return words.flatMap((word, at) => {
    if (/^--all-(?:extras|groups)$/.test(word)) return ["*"];
    const itself = /^\.(?:\/[\w./-]*)?\[([\w\s,.-]+)\]$/.exec(word)?.[1];
    const [, option = "", joined] = /^(--[a-z-]+)=(.*)$/.exec(word) ?? [];
    const value = valued.test(option) ? joined : valued.test(words[at - 1] ?? "") ? word : itself;
    return (value ?? "").split(/[\s,]+/).filter((name) => /^[\w.-]+$/.test(name));
  });
}
