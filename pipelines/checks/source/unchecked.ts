import type { Finding } from "#pipelines/findings/finding.ts";
import { headOf, repositoryIn } from "#pipelines/git/merge-base.ts";
import { filesOf } from "#pipelines/git/submodules.ts";
import { ignoredPart } from "#pipelines/source/ignored.ts";
import { countText } from "#pipelines/text/format.ts";
import { isWithin } from "#pipelines/text/path.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/**
 * Finds the files that git tracks and that no check sees: in folders that a call leaves out, such as .venv, and among
 * the reports of an earlier call. Without the git history nobody knows what is tracked, and nothing is found.
 *
 * @throws HISTORY_UNREADABLE, TOOL_FAILED or REPORT_MALFORMED when git cannot list the files of HEAD.
 */
export async function uncheckedFiles({
  request,
  wholeSource,
  root,
  tools,
}: Workspace): Promise<readonly Finding[]> {
  const repository = await repositoryIn(request.git ?? wholeSource);
  if (repository === undefined) return [];
  const head = await headOf(tools.history, repository);
  const tracked = (await filesOf(tools.history, repository, head)).map(({ path }) => path);
  const counts = new Map<string, number>();
  for (const path of tracked.filter((each) => root === "." || isWithin(each, root))) {
    const part = ignoredPart(path) ?? (isWithin(path, "reports") ? "reports" : undefined);
    if (part !== undefined) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  const found = await Promise.all(
    [...counts].map(async (each) => ({ each, isThere: await wholeSource.exists(each[0]) })),
  );
  return found.flatMap(({ each: [path, count], isThere }) => (isThere ? [] : [findingOf(path, count)]));
}

function findingOf(path: string, count: number): Finding {
  return {
    tool: "slipway",
    kind: "misconfiguration",
    rule: "unchecked-files",
    severity: "HIGH",
    message: `git tracks ${countText(count, "file")} there, and no check reads them`,
    path,
    fix: `git rm -r --cached ${path}`,
  };
}
