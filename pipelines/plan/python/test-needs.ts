import { posix } from "node:path";
import type { Tree } from "#pipelines/plan/tree.ts";
import { inside } from "./libraries.ts";
import { filesOf } from "./requirements.ts";

/** The dependencies for tests that a project declares outside of a lock and of requirements files. */
export interface TestNeeds {
  /** `[dependency-groups]` (PEP 735), as in `--group`. */
  readonly groups: readonly string[];
  /** `[project.optional-dependencies]`, as in `--extra`. */
  readonly extras: readonly string[];
  /** Further arguments of `uv pip install`: requirements, and files as in `--requirements=FILE`. */
  readonly requirements: readonly string[];
  /** The files and folders that these requirements name, relative to the source; folders end with `/`. */
  readonly reads: readonly string[];
}

export const noNeeds: TestNeeds = { groups: [], extras: [], requirements: [], reads: [] };

export function isEmpty({ groups, extras, requirements }: TestNeeds): boolean {
  return groups.length + extras.length + requirements.length === 0;
}

/** Joins needs, each once. */
export function joined(all: readonly TestNeeds[]): TestNeeds {
  const once = (key: keyof TestNeeds) => [...new Set(all.flatMap((each) => each[key]))];
  return {
    groups: once("groups"),
    extras: once("extras"),
    requirements: once("requirements"),
    reads: once("reads"),
  };
}

/**
 * Reads lines as pip, tox and nox take them: a requirement, `-r FILE`, `-c FILE`, or the project itself with extras,
 * as in `.[test]`. A line that needs another tool to be understood is left out.
 *
 * @param folder the folder of the project, to which the files are relative.
 */
export async function needsOf(tree: Tree, folder: string, lines: readonly string[]): Promise<TestNeeds> {
  return joined(await Promise.all(lines.map((line) => needOf(tree, folder, line.trim()))));
}

async function needOf(tree: Tree, folder: string, line: string): Promise<TestNeeds> {
  const itself = /^(?:(?:-e|--editable)[\s=]*)?\.\/?(?:\[([\w\s,.-]+)\])?$/.exec(line);
  if (itself !== null) return { ...noNeeds, extras: (itself[1] ?? "").split(/[\s,]+/).filter(Boolean) };
  const named = /^(?:(-r|--requirement)|-c|--constraint)[\s=]*(\S+)$/.exec(line);
  if (named === null) return { ...noNeeds, requirements: /^[A-Za-z0-9][^{}\\]*$/.test(line) ? [line] : [] };
  const [, isRequirement, file = ""] = named;
  const option = isRequirement === undefined ? "--constraints" : "--requirements";
  if (/^https?:\/\//.test(file)) return { ...noNeeds, requirements: [`${option}=${file}`] };
  const path = inside(folder, file);
  const requirements = [`${option}=${posix.relative(folder, path)}`];
  return { ...noNeeds, requirements, reads: await filesOf(tree, path) };
}
