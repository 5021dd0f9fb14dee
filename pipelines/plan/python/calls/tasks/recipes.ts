import { commandsIn, filledIn, unreadCommand } from "../command-line.ts";
import type { ScriptPart } from "../tool-call.ts";
import type { NamedPart } from "./targets.ts";
import { usualTarget } from "./targets.ts";

/** The longest file of recipes that is read, in characters. */
const longest = 100_000;

/**
 * Reads the recipes of a Makefile or a justfile. `-` in front of a command lets it fail.
 *
 * @see https://www.gnu.org/software/make/manual/html_node/Recipe-Syntax.html
 * @see https://just.systems/man/en/
 */
export function recipesIn(text: string): readonly ScriptPart[] {
  const whole = filledIn(text.slice(0, longest).replace(/\\\r?\n[ \t]*/g, " ")).slice(0, longest);
  const rules: { names: readonly string[]; needs: readonly string[]; lines: string[] }[] = [];
  for (const line of whole.split(/\r?\n/)) {
    const head = headIn(line);
    if (head !== undefined) rules.push(head);
    else if (/^\s/.test(line)) rules.at(-1)?.lines.push(line);
  }
  const parts = rules.flatMap(({ names: [target = "", ...aliases], needs, lines }) => {
    const commands = commandsIn(lines.join("\n"), { areLinesAlone: true }).map((command) => ({
      ...command,
      isIgnored: command.isIgnored || /^@?-/.test(command.words[0] ?? ""),
    }));
    const others = aliases.map((alias): NamedPart => ({ target: alias, commands: [], needs: [target] }));
    return [{ target, commands, needs }, ...others];
  });
  const first = parts.find(({ target = "" }) => /^[^.%]/.test(target))?.target;
  const usual = first === undefined ? [] : [{ target: usualTarget, commands: [], needs: [first] }];
  const rest = text.length > longest ? [{ commands: [unreadCommand(text.slice(longest))] }] : [];
  return [...usual, ...parts, ...rest].map((part) => ({ ...part, installs: [] }));
}

/** The names of a rule, and the rules that it needs; undefined for any other line. */
function headIn(line: string) {
  const at = line.indexOf(":");
  const before = line.slice(0, at);
  if (at <= 0 || /^[\s#]/.test(line) || line[at + 1] === "=") return undefined;
  // Recipes of just have parameters behind their name, some with values.
  const names = before.includes("=") ? [before.split(/\s/, 1)[0] ?? ""] : before.split(/\s+/);
  const [needs = "", ...inline] = line
    .slice(at + 1)
    .replace(/#.*$/s, "")
    .split(";");
  return {
    names: names.map((name) => name.replace(/^@/, "")).filter((name) => name !== ""),
    needs: needs.split(/[\s()]+/).filter((name) => name !== ""),
    lines: inline.length === 0 ? [] : [` ${inline.join(";")}`],
  };
}
