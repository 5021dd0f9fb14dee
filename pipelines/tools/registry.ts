import * as all from "./index.ts";
import type { CodeTool, FileTool } from "./tool.ts";

type All = typeof all;
type Checking<Checks extends string> = {
  [Key in keyof All]: All[Key] extends { readonly checks: Checks; readonly name: infer Name extends string }
    ? Name
    : never;
}[keyof All];

/** What checks the code of a service, by the names that slipway.yaml and the checks bear. */
export type LinterName = Checking<"code">;

/** What checks the types of a service. */
export type TypeCheckerName = Checking<"types">;

/** What checks the files of the repository that are no code of a service. */
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

/** The tool of that name that checks code or types. */
export function codeToolOf(name: LinterName | TypeCheckerName): CodeTool {
  return byName([...code, ...types], name);
}

/** The tool of that name that checks files of the repository. */
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
