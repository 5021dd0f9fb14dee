import { History } from "#modules/history/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { noHistory, repositoryIn } from "#pipelines/git/merge-base.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import type { Request } from "#pipelines/request.ts";

/**
 * Asks the clone that is handed over for the repository's default branch; nothing where none is, or where it does not say.
 *
 * @throws HISTORY_MISSING when what is handed over is no folder .git.
 */
export async function defaultBranchOf({ git }: Pick<Request, "git">): Promise<string | undefined> {
  if (git === undefined) return undefined;
  const repository = await repositoryIn(git);
  if (repository === undefined) throw noHistory();
  try {
    return (await commitFacts(new History(), repository, {})).defaultBranch;
  } catch (error) {
    // A repository without a commit is just the one to start in.
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
