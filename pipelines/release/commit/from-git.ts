import type { Directory } from "@dagger.io/dagger";
import type { History } from "#modules/history/src/index.ts";
import { readReport } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import { repositoryIn } from "#pipelines/git/merge-base.ts";
import type { CommitFacts } from "./facts.ts";
import { type CallFacts, factsFromCall, isoTime } from "./from-call.ts";
import { sourceUrl } from "./source-url.ts";

const report = "facts.txt";

/**
 * Collects the facts of the commit for a release: from the call first, and the rest from git. In a shallow clone,
 * git knows only the fetched tags. In a CI system's clone, it often knows neither the branch nor the default
 * branch.
 *
 * @param folder the folder .git, or one that contains it; without it, all facts come from the call.
 * @throws ARGUMENT_INVALID for an invalid fact in the call; FACT_MISSING without the commit or its time.
 *   HISTORY_UNREADABLE when git cannot read the history, or it has no such commit.
 */
export async function commitFacts(
  history: History,
  folder: Directory | undefined,
  handed: CallFacts,
): Promise<CommitFacts> {
  const given = factsFromCall(handed);
  const repository = folder === undefined ? undefined : await repositoryIn(folder);
  const found = repository === undefined ? {} : await factsIn(history, repository, given);
  const { commit, commitTime, tags = [], ...rest } = { ...found, ...given };
  if (commit !== undefined && commitTime !== undefined) return { commit, commitTime, tags, ...rest };
  const [what, option] = commit === undefined ? ["commit", "--commit"] : ["commit's time", "--commit-time"];
  throw new SlipwayError(
    "FACT_MISSING",
    `the ${what} is unknown: the call passes neither the git history nor ${option}`,
    `Add --git=.git, or ${option}=….`,
  );
}

/** The facts in git about the commit that the call names, or else about HEAD. */
async function factsIn(
  history: History,
  repository: Directory,
  given: Partial<CommitFacts>,
): Promise<Partial<CommitFacts>> {
  const ran = history.facts(repository, given.commit);
  const exitCode = await ran.exitCode();
  if (exitCode !== 0) {
    // A commit that is not in the clone, such as the head of a merged pull request, needs only the facts of the
    // call.
    if (given.commit !== undefined && given.commitTime !== undefined) return {};
    throw unreadable(given.commit, toolFailed("git", exitCode, await ran.stderr()));
  }
  return readFacts(await readReport(ran, report));
}

/**
 * Reads the report of the module history. If the call names another commit than HEAD, the checked-out branch is not
 * the commit's branch and is left out.
 *
 * @throws REPORT_MALFORMED
 */
export function readFacts(text: string): Partial<CommitFacts> {
  const lines = text.split("\n").filter((line) => line !== "");
  const values = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const [commit] = values("commit");
  const [head] = values("head");
  const [branch] = values("branch");
  const [defaultBranch] = values("default");
  const [remote] = values("remote");
  const commitTime = isoTime(Number(values("time")[0] ?? Number.NaN));
  const source = remote === undefined ? undefined : sourceUrl(remote);
  if (commit === undefined || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) || commitTime === undefined) {
    throw new SlipwayError(
      "REPORT_MALFORMED",
      `${report} has no commit, or its commit has an invalid time`,
      "Add --commit-time with the commit's time, as `git log -1 --format=%cI` prints it.",
    );
  }
  return {
    commit,
    commitTime,
    tags: values("tag"),
    ...(branch === undefined || head !== commit ? {} : { branch }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    ...(source === undefined ? {} : { source }),
  };
}

function unreadable(commit: string | undefined, { what }: SlipwayError): SlipwayError {
  return new SlipwayError(
    "HISTORY_UNREADABLE",
    `${commit ?? "HEAD"}: ${what}`,
    "Pass the whole .git folder of a clone that has the commit checked out: --git=.git.",
  );
}
