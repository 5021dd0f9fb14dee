import type { Tree } from "#pipelines/plan/tree.ts";
import type { Dependencies } from "./dependencies.ts";
import { projectPaths } from "./project.ts";

/** A dependency at an address of git: in requirements, in the locks of uv and Poetry, in pyproject.toml, in a Pipfile. */
const pattern = /\bgit\+(?:https?|ssh|git|file):|\bgit\s*=\s*["']|\btype\s*=\s*"git"|"git":\s*"/;

/**
 * Whether an installation fetches a dependency from git, so that it needs the program.
 *
 * @param further requirements that are installed besides.
 */
export async function hasGitDependency(
  tree: Tree,
  folder: string,
  { reads }: Dependencies,
  further: readonly string[],
): Promise<boolean> {
  const files = [...reads.filter((path) => !path.endsWith("/")), ...projectPaths(tree, folder)];
  // Of a file that is not there, the installation reports the fault.
  const texts = await Promise.all([...new Set(files)].map((file) => tree.read(file).catch(() => "")));
  return [...texts, ...further].some((text) => pattern.test(text));
}
