import * as all from "./index.ts";
import type { CodeTool, FileTool, PolicyFiles } from "./tool.ts";

type All = typeof all;
type Checking<Checks extends string> = {
  [Key in keyof All]: All[Key] extends { readonly checks: Checks; readonly name: infer Name extends string }
    ? Name
    : never;
}[keyof All];

/** The names of the linters and formatters for a service's code, in slipway.yaml and in checks. */
export type LinterName = Checking<"code">;

/** The names of the type checkers for a service. */
export type TypeCheckerName = Checking<"types">;

/** The names of the tools for files of the repository that are not code of a service. */
export type FileLinterName = Checking<"files">;

const tools: readonly All[keyof All][] = Object.values(all);

const code = tools.filter((tool): tool is CodeTool<LinterName> & All[keyof All] => checks(tool, "code"));
const types = tools.filter((tool): tool is CodeTool<TypeCheckerName> & All[keyof All] =>
  checks(tool, "types"),
);
const files = tools.filter((tool): tool is FileTool<FileLinterName> & All[keyof All] =>
  checks(tool, "files"),
);

export const linterNames: readonly LinterName[] = code.map(({ name }) => name);
export const typeCheckerNames: readonly TypeCheckerName[] = types.map(({ name }) => name);
export const fileLinterNames: readonly FileLinterName[] = files.map(({ name }) => name);

/** The tool of that name for code or types. */
export function codeToolOf(name: LinterName | TypeCheckerName): CodeTool {
  return byName([...code, ...types], name);
}

/** The files that are named after a tool for code or types, and have its settings. */
export const settingsFiles: readonly string[] = [
  ...new Set(
    [...code, ...types].flatMap(({ settings }) =>
      settings.flatMap((place) => ("file" in place ? [place.file] : [])),
    ),
  ),
];

/** The tool of that name for files of the repository. */
export function fileToolOf(name: FileLinterName): FileTool {
  return byName(files, name);
}

function checks(tool: object, what: string): boolean {
  return "checks" in tool && tool.checks === what;
}

function byName<Tool extends { readonly name: string }>(list: readonly Tool[], name: string): Tool {
  const found = list.find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`${name} is not a known tool`);
  return found;
}

/** The files of the repository that decide what the scanners report. */
export function scannerPolicyFiles(): readonly PolicyFiles[] {
  return tools.flatMap((tool: { readonly policyFiles?: readonly PolicyFiles[] }) => tool.policyFiles ?? []);
}
