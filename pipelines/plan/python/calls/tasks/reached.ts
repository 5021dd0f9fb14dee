import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import type { Command } from "../command-line.ts";
import { programOf } from "../runners.ts";
import type { ScriptPart } from "../tool-call.ts";
import { recipesIn } from "./recipes.ts";
import { scriptFiles } from "./script-files.ts";
import { runsFile } from "./script-runners.ts";
import { askedOf, reachedBy, type Targets, targetsOf } from "./targets.ts";

/** The most calls of make and just in a job that are followed, and the most commands that they lead to. */
const most = { calls: 20, commands: 1000 };

/**
 * The commands that calls of make and just lead to: those of the targets that they name, and of what these need. Of a
 * target that is not known, there are none.
 *
 * @param commands those of a job, with the folders in which they run, relative to the source.
 */
export async function recipeCommands(tree: Tree, commands: readonly Command[]): Promise<readonly Command[]> {
  const calls = new Map<string, { readonly file: string; readonly names: readonly string[] }>();
  for (const { words, folder = "." } of commands) {
    const program = programOf(words);
    if (program === undefined || !/^(?:make|just)$/.test(program.name)) continue;
    const { names = [], folder: at } = askedOf(program.name, program.args, folder, {});
    const name = scriptFiles.find(
      (each) => runsFile(program.name, each) && at !== undefined && tree.has(at, each),
    );
    if (name === undefined || at === undefined || calls.size >= most.calls) continue;
    calls.set([at, name, ...names].join("\0"), { file: join(at, name), names });
  }
  const found: Command[] = [];
  for (const { file, names } of calls.values()) {
    const { parts, targets } = await recipesOf(tree, file);
    const reached = reachedBy(targets, names);
    const own = parts.filter(({ target }) => target !== undefined && reached.has(target));
    found.push(...own.flatMap((part) => part.commands).slice(0, most.commands - found.length));
  }
  return found;
}

interface Recipes {
  readonly parts: readonly ScriptPart[];
  readonly targets: Targets;
}

/** What is read already: many jobs call the same file. */
const reads = new WeakMap<Tree, Map<string, Promise<Recipes>>>();

function recipesOf(tree: Tree, file: string): Promise<Recipes> {
  const read = reads.get(tree) ?? new Map<string, Promise<Recipes>>();
  reads.set(tree, read);
  const known = read.get(file) ?? readRecipes(tree, file);
  read.set(file, known);
  return known;
}

async function readRecipes(tree: Tree, file: string): Promise<Recipes> {
  const parts = recipesIn(await tree.read(file));
  return { parts, targets: targetsOf(parts) ?? new Map() };
}
