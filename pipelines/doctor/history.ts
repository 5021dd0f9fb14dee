import { History } from "#modules/history/src/index.ts";
import { repositoryIn } from "#pipelines/git/merge-base.ts";
import { commitFacts } from "#pipelines/release/commit/from-git.ts";
import type { Request } from "#pipelines/request.ts";
import { advice, type Diagnosis, ok, wrong, wrongBy } from "./diagnosis.ts";

/** Says what the clone lacks; nothing where the call does not hand it over. */
export async function diagnoseHistory({ git }: Pick<Request, "git">): Promise<readonly Diagnosis[]> {
  if (git === undefined) return [];
  const repository = await repositoryIn(git);
  if (repository === undefined) {
    return [
      wrong(
        "git",
        "--git is no folder .git of a clone",
        "Give --git=.git; of a linked worktree, that of its main one.",
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
              "the clone is shallow: secrets are searched, and bases found, only as far as it reaches",
              "Clone all of it: fetch-depth: 0 for actions/checkout, `git fetch --unshallow`.",
            ),
          ]
        : []),
      ...(facts.defaultBranch === undefined
        ? [
            advice(
              "git",
              "the clone does not say which branch is the default one, which tags like latest ask for",
              "Run `git remote set-head origin --auto`, or give release --default-branch.",
            ),
          ]
        : []),
    ];
    return diagnoses.length > 0 ? diagnoses : [ok("git", `whole, default branch ${facts.defaultBranch}`)];
  } catch (error) {
    return [wrongBy("git", error)];
  }
}
