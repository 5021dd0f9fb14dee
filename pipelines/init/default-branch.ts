import { History } from "#modules/history/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { noHistory, repositoryIn } from "#pipelines/git/merge-base.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import type { Request } from "#pipelines/request.ts";

/**
 * Finds the repository's default branch in the passed clone; undefined without a clone, or if the clone does not
 * name it.
 *
 * @throws HISTORY_MISSING when the passed folder is not a folder .git.
 */
export async function defaultBranchOf({ git }: Pick<Request, "git">): Promise<string | undefined> {
  if (git === undefined) return undefined;
  const repository = await repositoryIn(git);
  if (repository === undefined) throw noHistory();
  try {
    return (await commitFacts(new History(), repository, {})).defaultBranch;
  } catch (error) {
    // A repository without a commit is a normal place to start with init.
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
