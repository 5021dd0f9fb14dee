import type { Directory } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import type { ReleaseRequest } from "./request.ts";

/** The first day that a zip file can store, in seconds since 1970. */
const zipEpoch = 315532800;

/**
 * Takes the files of the commit, not those of the folder where it is checked out.
 *
 * @throws HISTORY_UNREADABLE when the history lacks some of them.
 */
export async function commitSource(
  { git, settle }: ReleaseRequest,
  { commit }: CommitFacts,
): Promise<Directory> {
  try {
    // From 0.21 on, the engine dates the files 1970, which is before the first day of a zip file.
    const tree = await git
      .asGit()
      .commit(commit)
      .tree({ discardGitDir: true })
      .withTimestamps(zipEpoch)
      .sync();
    return (await settle?.(tree)) ?? tree;
  } catch (error) {
    throw new SlipwayError(
      "HISTORY_UNREADABLE",
      `the files of the commit ${commit} could not be read: ${explain(error).text}`,
      "Pass the whole .git folder of a clone that has the commit: --git=.git.",
    );
  }
}
