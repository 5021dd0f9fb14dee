import { posix } from "node:path";
import type { Tree } from "#pipelines/plan/tree.ts";
import { clean, joinInside } from "#pipelines/text/path.ts";
import { type Command, commandsIn } from "./command-line.ts";
import { programOf } from "./runners.ts";

/** How deep scripts that call scripts are followed. */
const deepest = 4;

/** The most commands that are read of one script with all that it calls. */
const most = 1000;

/**
 * Puts the commands of the repository's own shell scripts in place of their calls, as in `bash scripts/test.sh`. Those
 * stay that name no script of the source.
 *
 * @param folder the folder in which the commands run, relative to the source.
 */
export async function withScripts(
  tree: Tree,
  folder: string,
  commands: readonly Command[],
  depth = deepest,
): Promise<readonly Command[]> {
  const all: Command[] = [];
  for (const command of commands) {
    const below = command.folder ?? ".";
    const called =
      depth === 0 || all.length > most ? undefined : scriptOf(command.words, posix.join(folder, below));
    const text = called === undefined ? undefined : await textOf(tree, called);
    if (text === undefined) {
      all.push(command);
      continue;
    }
    const inner = await withScripts(tree, posix.join(folder, below), commandsIn(text), depth - 1);
    all.push(
      ...inner.map((each) => ({
        ...each,
        folder: posix.join(below, each.folder ?? "."),
        isIgnored: each.isIgnored || command.isIgnored,
      })),
    );
  }
  return all;
}

/** The script that a command calls, relative to the source. */
function scriptOf(words: readonly string[], folder: string): string | undefined {
  const program = programOf(words);
  if (program === undefined) return undefined;
  const { name, args, at } = program;
  const isShell = ["bash", "sh", "zsh"].includes(name);
  const named = isShell ? args.find((arg) => !arg.startsWith("-")) : posix.join(at, name);
  if (named === undefined || (!isShell && !/\/|\.sh$/.test(posix.join(at, name)))) return undefined;
  return joinInside(clean(folder), named);
}

/** The text of a script for a shell; undefined if there is none of that name. */
async function textOf(tree: Tree, path: string): Promise<string | undefined> {
  if (!(await tree.paths()).has(path)) return undefined;
  const text = await tree.read(path).catch(() => "");
  return path.endsWith(".sh") || /^#!.*\b(?:ba|z|da)?sh\b/.test(text) ? text : undefined;
}
