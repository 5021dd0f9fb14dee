import { History } from "#modules/history/src/index.ts";
import { repositoryIn } from "#pipelines/git/merge-base.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import type { Request } from "#pipelines/request.ts";
import { advice, type Diagnosis, ok, wrong, wrongBy } from "./diagnosis.ts";

/** Reports whether the clone lacks history or its default branch; nothing if the call passes no clone. */
export async function diagnoseHistory({ git }: Pick<Request, "git">): Promise<readonly Diagnosis[]> {
  if (git === undefined) return [];
  const repository = await repositoryIn(git);
  if (repository === undefined) {
    return [
      wrong(
        "git",
        "--git is not the .git folder of a clone",
        "Pass --git=.git. In a linked worktree, pass the .git folder of the main worktree.",
      ),
    ];
  }
  try {
    const facts = await commitFacts(new History(), repository, {});
    const isShallow = await repository.exists("shallow");
    const diagnoses = [
      ...(isShallow
        ? [
            advice(
              "git",
              "the clone is shallow: the search for secrets and for bases ends where its history ends",
              "Run `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout.",
            ),
          ]
        : []),
      ...(facts.defaultBranch === undefined
        ? [
            advice(
              "git",
              "the clone does not name the default branch, which tags such as latest need",
              "Run `git remote set-head origin --auto`, or pass --default-branch=NAME to release.",
            ),
          ]
        : []),
    ];
    return diagnoses.length > 0
      ? diagnoses
      : [ok("git", `full clone, default branch ${facts.defaultBranch}`)];
  } catch (error) {
    return [wrongBy("git", error)];
  }
}
