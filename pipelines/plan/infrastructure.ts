import { posix } from "node:path";
import { clean, join } from "#pipelines/text/path.ts";
import { type Tree, upwards } from "./tree.ts";

/** A folder with files of OpenTofu or Terraform. */
export interface Infrastructure {
  readonly folder: string;
  /** Its own configuration files and files of values, as paths of the source. */
  readonly files: readonly string[];
  /** Whether it is planned by itself: no other folder uses it as a module. */
  readonly isRoot: boolean;
  /** The folders of the source that it uses as modules, directly or indirectly, each once. */
  readonly modules: readonly string[];
  /** The files outside these folders that it and its modules read, as paths of the source. */
  readonly references: readonly string[];
  /** The nearest settings of tflint, in the folder or above it; absent if there are no settings. */
  readonly tflint?: string;
}

const configuration = /\.(?:tf|tofu)(?:\.json)?$/;
const values = /\.tfvars(?:\.json)?$/;

/** Finds every folder with a configuration, in order of the paths. Downloads of tools in .terraform are left out. */
export async function infrastructureOf(tree: Tree): Promise<readonly Infrastructure[]> {
  const folders = tree.folders.filter(
    (folder) => !folder.split("/").includes(".terraform") && filesIn(tree, folder).length > 0,
  );
  const named = new Map(
    await Promise.all(
      folders.map(async (folder) => [folder, await namesIn(tree, folder, new Set(folders))] as const),
    ),
  );
  const called = new Set(
    [...named].flatMap(([folder, { modules }]) => modules.filter((at) => at !== folder)),
  );
  const roots = folders.filter((folder) => !called.has(folder));
  // Folders that use each other in a cycle are modules without a root. They must be checked too.
  const reached = new Set(roots.flatMap((folder) => [folder, ...reachable(named, folder)]));
  return folders.map((folder) => {
    const modules = reachable(named, folder);
    const all = [folder, ...modules];
    const tflint = upwards(folder).find((above) => tree.has(above, ".tflint.hcl"));
    const names = tree.names(folder).filter((name) => configuration.test(name) || values.test(name));
    return {
      folder,
      files: names.map((name) => join(folder, name)),
      isRoot: roots.includes(folder) || !reached.has(folder),
      modules,
      references: [...new Set(all.flatMap((each) => named.get(each)?.references ?? []))].sort(),
      ...(tflint !== undefined && { tflint: join(tflint, ".tflint.hcl") }),
    };
  });
}

function filesIn(tree: Tree, folder: string): readonly string[] {
  return tree.names(folder).filter((name) => configuration.test(name));
}

interface Names {
  readonly modules: readonly string[];
  readonly references: readonly string[];
}

function reachable(named: ReadonlyMap<string, Names>, folder: string): readonly string[] {
  const found = new Set<string>();
  const open = [...(named.get(folder)?.modules ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === folder || found.has(next)) continue;
    found.add(next);
    open.push(...(named.get(next)?.modules ?? []));
  }
  return [...found].sort();
}

async function namesIn(tree: Tree, folder: string, folders: ReadonlySet<string>): Promise<Names> {
  const texts = await Promise.all(
    filesIn(tree, folder).map(async (name) => {
      const text = await tree.read(join(folder, name));
      return name.endsWith(".json") ? text : withoutRemarks(text);
    }),
  );
  const at = (path: string) => clean(posix.join(folder, path));
  const isInside = (path: string) => path !== ".." && !path.startsWith("../");
  const modules = texts
    .flatMap(sourcesIn)
    .map(at)
    .filter((path) => folders.has(path));
  const references = texts
    .flatMap((text) => [...text.matchAll(climbing)].map(([, path = ""]) => at(path)))
    .filter((path) => isInside(path) && !folders.has(path));
  return { modules: [...new Set(modules)], references: [...new Set(references)] };
}

/** A text that begins with `../`, alone or after the folder's own path. */
const climbing = /"(?:\$\{path\.(?:module|root|cwd)\}\/)?((?:\.\/)*\.\.\/[^"$%{}*]*)/g;

const moduleBlock = /\bmodule\s+"[^"\n]*"\s*\{[^{}]*?\bsource\s*=\s*"(\.{1,2}\/[^"$]*)"/g;
const moduleInJson = /"source"\s*:\s*"(\.{1,2}\/[^"$]*)"/g;

/** The local paths of modules. A folder that this misses is checked by itself, which does no harm. */
function sourcesIn(text: string): readonly string[] {
  const pattern = /^\s*\{/.test(text) ? moduleInJson : moduleBlock;
  return [...text.matchAll(pattern)].map(([, path = ""]) => path);
}

/**
 * Removes comments, so that a module in a comment does not count. Strings stay, because they may look like
 * comments.
 */
function withoutRemarks(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?(?:\*\/|$)|(?:#|\/\/)[^\n]*/g, (part) =>
    part.startsWith('"') ? part : " ",
  );
}
