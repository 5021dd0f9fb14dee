import type { Argument, Declared, Surface } from "./declared.ts";

/**
 * Writes the reference of a Dagger module from its docstrings.
 *
 * @param name the module's name
 * @param call how it is called, as in `dagger call -m modules/trivy`
 */
export function modulePage(name: string, call: string, [main, ...others]: readonly Surface[]): string {
  if (!main) throw new Error(`modules/${name} has no class with @object()`);
  return [
    `# ${name}`,
    "",
    "Made from the docstrings by `npm run generate`.",
    "",
    main.meaning,
    "",
    ...(main.constructor_ ? [`## ${call} [options] …`, "", ...table(main.constructor_.arguments)] : []),
    ...main.functions.flatMap((each) => section(`${call} ${kebab(each.name)}`, each)),
    ...others.flatMap((each) => [
      ...(each.meaning === "" ? [] : [`## ${each.name}`, "", each.meaning, ""]),
      ...each.functions.flatMap((one) => section(`… ${kebab(one.name)}`, one)),
    ]),
  ].join("\n");
}

function section(title: string, { returns, meaning, arguments: all }: Declared): string[] {
  return [`## ${title}`, "", `Gives ${returns}.`, "", meaning, "", ...table(all)];
}

function table(all: readonly Argument[]): string[] {
  if (all.length === 0) return [];
  const rows = all.map(
    ({ name, type, usual, required, meaning }) =>
      `| \`--${kebab(name)}\` | ${cell(type)} | ${required ? "required" : usual === undefined ? "" : `\`${cell(usual)}\``} | ${cell(meaning)} |`,
  );
  return ["| option | type | default | meaning |", "| --- | --- | --- | --- |", ...rows, ""];
}

/** As Dagger's CLI spells a name. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
