import { type Command, commandsIn } from "./command-line.ts";

/**
 * Reads the commands in the recipes of a Makefile or a justfile. `-` in front of one lets it fail.
 *
 * @see https://www.gnu.org/software/make/manual/html_node/Recipe-Syntax.html
 * @see https://just.systems/man/en/
 */
export function recipeCommands(text: string): readonly Command[] {
  const lines = text.replace(/\\\r?\n\s*/g, " ").split(/\r?\n/);
  // Lines with a value stay, for what they give to the recipes.
  const script = lines.map((line) => (/^\s|^\w+\s*[:?]?=/.test(line) ? line : ""));
  return commandsIn(script.join("\n"), true).map((command) => ({
    ...command,
    isIgnored: command.isIgnored || /^@?-/.test(command.words[0] ?? ""),
  }));
}
