import type { Tree } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import type { Command } from "../command-line.ts";
import { programOf } from "../runners.ts";
import { recipesIn } from "./recipes.ts";
import { scriptFiles } from "./script-files.ts";
import { runsFile } from "./script-runners.ts";
import { askedOf, reachedBy, targetsOf } from "./targets.ts";

/** The most calls of make and just that are followed. */
const mostCalls = 20;

/**
 * The commands that calls of make and just lead to: those of the targets that they name, and of what these need. Of a
 * target that is not known, there are none.
 *
 * @param folder where the commands run, relative to the source.
 */
export async function recipeCommands(
  tree: Tree,
  folder: string,
  commands: readonly Command[],
): Promise<readonly Command[]> {
  const calls = commands.flatMap(({ words, folder: below = "." }) => {
    const program = programOf(words);
    const at = joinInside(folder, below);
    return program === undefined || at === undefined || !/^(?:make|just)$/.test(program.name)
      ? []
      : [{ name: program.name, ...askedOf(program.name, program.args, at, {}) }];
  });
  const found = await Promise.all(
    calls.slice(0, mostCalls).map(async ({ name, names = [], folder: at }) => {
      const file = scriptFiles.find((each) => runsFile(name, each) && at !== undefined && tree.has(at, each));
      if (file === undefined || at === undefined) return [];
      const parts = recipesIn(await tree.read(join(at, file)));
      const reached = reachedBy(targetsOf(parts) ?? new Map(), names);
      return parts.filter(({ target }) => target !== undefined && reached.has(target));
    }),
  );
  return found.flat().flatMap((part) => part.commands);
}
