import type { Files } from "#pipelines/config/config.ts";
import { lockedVersions } from "#pipelines/plan/python/locked.ts";
import { preCommitHooks } from "#pipelines/plan/python/pre-commit.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { type FileLinterName, fileLinterNames, fileToolOf } from "#pipelines/tools/registry.ts";
import type { FileTool, OwnFiles, PlannedFileTool } from "#pipelines/tools/tool.ts";
import { cover } from "./cover.ts";
import type { Tree } from "./tree.ts";
import { isVendored } from "./vendored.ts";

/** A tool that checks files of the repository, and its input. */
export type PlannedFileLinter = PlannedFileTool<FileLinterName>;

/**
 * Decides which tools check the files of the repository that are not code of a service, and which files each gets.
 * Generated and vendored folders are skipped.
 *
 * @param wanted the tools in slipway.yaml. `auto` selects the tools for which there are files. A tool that runs only on
 *   request also needs a pre-commit hook or settings in the repository.
 */
export async function planFileLinters(
  tree: Tree,
  wanted: Files | false,
): Promise<readonly PlannedFileLinter[]> {
  if (wanted === false) return [];
  const all = await tree.all();
  const paths = all.filter(
    (path) => !isVendored(path) && !wanted.skip.some((skipped) => isWithin(path, skipped)),
  );
  const own: OwnFiles = {
    paths,
    read: (path) => tree.read(path),
    firstLine: (path) => tree.firstLine(path),
  };
  const hooks = await preCommitHooks(tree);
  const isAuto = ({ onRequest }: FileTool) =>
    onRequest === undefined ||
    hooks.has(onRequest.hook) ||
    paths.some((path) => onRequest.settings.test(path));
  const names = fileLinterNames.filter((name) =>
    wanted.lint === "auto" ? isAuto(fileToolOf(name)) : wanted.lint.includes(name),
  );
  const planned = await Promise.all(
    names.map(async (tool) => {
      const { inputs, isVersioned } = fileToolOf(tool);
      const { besides, ...rest } = await inputs(own);
      const version =
        isVersioned && ((await lockedVersions(tree, ".")).get(tool) ?? hooks.get(tool)?.version);
      return {
        tool,
        ...rest,
        reads: cover([...rest.paths, ...besides], all),
        ...(version !== undefined && { version }),
      };
    }),
  );
  return planned.filter((each) => wanted.lint !== "auto" || each.paths.length > 0);
}
