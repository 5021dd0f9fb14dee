import type { Command } from "./command-line.ts";
import { pipArguments } from "./pip-install.ts";
import { programOf } from "./runners.ts";
import { isPlain } from "./shell-tokens.ts";

/** Stand for all extras and all groups of a project. */
export const allExtras = "*extras";
export const allGroups = "*groups";

/** What the commands of a job install. */
export interface Installs {
  /** The requirements in calls of pip. */
  readonly requirements: readonly string[];
  /** The extras and groups of the project itself, or {@link allExtras} and {@link allGroups}. */
  readonly parts: readonly string[];
  /** Whether uv, Poetry or PDM install the project from its lock. */
  readonly isLocked: boolean;
}

/** Reads the calls of pip, uv, Poetry and PDM among the commands of a job. */
export function installsOf(commands: readonly Command[]): Installs {
  const all = commands.flatMap(({ words }) => installationOf(words) ?? []);
  const byPip = all.filter(({ isByPip }) => isByPip).flatMap(({ words }) => words);
  return {
    requirements: byPip.filter((word) => /^[A-Za-z0-9]/.test(word) && isPlain(word)),
    parts: [...new Set(all.flatMap(({ words }) => partsIn(words)))],
    isLocked: all.some(({ isByPip }) => !isByPip),
  };
}

interface Installation {
  readonly isByPip: boolean;
  readonly words: readonly string[];
}

/** Undefined for any other command. */
function installationOf(words: readonly string[]): Installation | undefined {
  const program = programOf(words);
  if (program === undefined) return undefined;
  const { name, args } = program;
  const byPip = pipArguments(program);
  if (byPip !== undefined) return { isByPip: true, words: byPip };
  const [first] = args;
  const isLock =
    name === "uv"
      ? first === "sync"
      : /^(?:poetry|pdm)$/.test(name) && /^(?:install|sync)$/.test(first ?? "");
  return isLock ? { isByPip: false, words: args.slice(1) } : undefined;
}

const valued = /^(?:--(?:extra|extras|group|with|only|only-group)|-E|-G)$/;

function partsIn(words: readonly string[]): readonly string[] {
  return words.flatMap((word, at) => {
    if (word === "--all-extras") return [allExtras];
    if (word === "--all-groups") return [allGroups];
    const itself = /^\.(?:\/[\w./-]*)?\[([\w\s,.-]+)\]$/.exec(word)?.[1];
    const [, option = "", joined] = /^(--[a-z-]+)=(.*)$/.exec(word) ?? [];
    const value = valued.test(option) ? joined : valued.test(words[at - 1] ?? "") ? word : itself;
    return (value ?? "").split(/[\s,]+/).filter((name) => /^[\w.-]+$/.test(name));
  });
}
