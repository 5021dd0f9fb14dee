import type { Argument, Declared, Surface } from "./declared.ts";

/**
 * Writes the reference of a Dagger module from its docstrings.
 *
 * @param name the module's name
 * @param call the command that calls it, such as `dagger call -m modules/trivy`
 */
export function modulePage(name: string, call: string, [main, ...others]: readonly Surface[]): string {
  if (!main) throw new Error(`modules/${name} has no class with @object()`);
  return [
    `# ${name}`,
    "",
    "Made from the docstrings by `npm run generate`.",
    "",
    escaped(main.meaning),
    "",
    ...(main.constructor_ ? [`## ${call} [options] …`, "", ...table(main.constructor_.arguments)] : []),
    ...main.functions.flatMap((each) => section(`${call} ${kebab(each.name)}`, each)),
    ...others.flatMap((each) => [
      ...(each.meaning === "" ? [] : [`## ${each.name}`, "", escaped(each.meaning), ""]),
      ...each.functions.flatMap((one) => section(`… ${kebab(one.name)}`, one)),
    ]),
  ].join("\n");
}

function section(title: string, { returns, meaning, arguments: all }: Declared): string[] {
  return [`## ${title}`, "", `Returns ${counted(returns)}.`, "", escaped(meaning), "", ...table(all)];
}

function table(all: readonly Argument[]): string[] {
  if (all.length === 0) return [];
  const rows = all.map(
    ({ name, type, usual, required, meaning }) =>
      `| \`--${kebab(name)}\` | ${cell(type)} | ${required ? "required" : usual === undefined ? "" : `\`${cell(usual)}\``} | ${escaped(cell(meaning))} |`,
  );
  return ["| option | type | default | meaning |", "| --- | --- | --- | --- |", ...rows, ""];
}

/** Puts an article before a type: `a Container`, `a list of strings`. */
function counted(type: string): string {
  if (type.endsWith("[]")) return `a list of ${type.slice(0, -2)}s`;
  return `${/^[AEIOU]/i.test(type) ? "an" : "a"} ${type}`;
}

/** Keeps `<NAME>` outside of code from becoming an HTML tag. */
function escaped(text: string): string {
  return text.replace(/(`[^`]*`)|</g, (_, code?: string) => code ?? "\\<");
}

/** Spells a name as Dagger's CLI does. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
