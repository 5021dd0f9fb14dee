import { posix } from "node:path";
import type { Tree } from "#pipelines/plan/tree.ts";
import { clean, joinInside } from "#pipelines/text/path.ts";
import { type Command, commandsIn, unreadCommand, within } from "./command-line.ts";
import { programOf } from "./runners.ts";

/** Reads the scripts that the commands of one pipeline call, within one limit for all of them. */
export class ShellScripts {
  readonly #tree: Tree;
  readonly #read = new Map<string, Promise<readonly Command[] | undefined>>();
  /** How many scripts and commands may still be taken. */
  #left = { scripts: 200, commands: 5000 };

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /**
   * Puts the commands of the repository's own shell scripts in place of their calls, as in `bash scripts/test.sh`.
   * Calls stay that name no script of the source. Of a script that decides what it does, the rest counts.
   *
   * @param folder the folder in which the commands run, relative to the source.
   */
  async inPlace(folder: string, commands: readonly Command[], depth = 4): Promise<readonly Command[]> {
    const all: Command[] = [];
    for (const command of commands) {
      const below = command.folder ?? ".";
      const here = posix.join(folder, below);
      const called = depth === 0 ? undefined : scriptOf(command.words, here);
      const found = called === undefined ? undefined : await this.#commandsOf(called);
      if (found === undefined) {
        all.push(command);
        continue;
      }
      for (const each of await this.inPlace(here, found, depth - 1)) {
        const inner = { ...each, folder: posix.join(below, each.folder ?? ".") };
        all.push(within(inner, command));
      }
    }
    return all;
  }

  /** The commands of a script; undefined if there is none, or too much is read already. */
  async #commandsOf(path: string): Promise<readonly Command[] | undefined> {
    const known = this.#read.get(path) ?? this.#parsed(path);
    this.#read.set(path, known);
    const commands = await known;
    if (commands === undefined) return undefined;
    this.#left.scripts -= 1;
    this.#left.commands -= commands.length;
    return this.#left.scripts < 0 || this.#left.commands < 0 ? undefined : commands;
  }

  async #parsed(path: string): Promise<readonly Command[] | undefined> {
    if (!(await this.#tree.paths()).has(path)) return undefined;
    const text = await this.#tree.read(path).catch(() => "");
    const isScript = path.endsWith(".sh") || /^#!.*\b(?:ba|z|da)?sh\b/.test(text);
    if (!isScript) return undefined;
    const commands = commandsIn(text);
    // Arguments of the script may choose among these.
    return decides.test(text)
      ? commands.map((each) => (each.isConditional === true ? unreadCommand(each.words.join(" ")) : each))
      : commands;
  }
}

/** What a script has that does not do the same at each call. */
const decides = /^[ \t]*(?:(?:if|elif|case|for|while|until|select|function)\b|[\w-]+[ \t]*\(\))/m;

/** The script that a command calls, relative to the source. */
function scriptOf(words: readonly string[], folder: string): string | undefined {
  const program = programOf(words);
  if (program === undefined) return undefined;
  const { name, args, at } = program;
  const isShell = ["bash", "sh", "zsh"].includes(name);
  const path = posix.join(at, name);
  if (!isShell && !/\/|\.sh$/.test(path)) return undefined;
  const named = isShell ? args.find((arg) => !arg.startsWith("-")) : path;
  return named === undefined ? undefined : joinInside(clean(folder), named);
}
