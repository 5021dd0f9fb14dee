import type { Directory } from "@dagger.io/dagger";
import type { History } from "#modules/history/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Request } from "#pipelines/request.ts";
import { printable } from "#pipelines/text/printable.ts";

/** What a call compares its source with. */
export interface BaseRef {
  /** A branch, tag or commit, as the call names it. */
  readonly name: string;
  /** The folder .git. */
  readonly repository: Directory;
  /** The merge base, looked up once however often it is asked for. @throws as `mergeBaseOf`. */
  readonly mergeBase: () => Promise<MergeBase>;
}

/** Two commits that a change lies between. */
export interface MergeBase {
  /** The id of the best common ancestor of base and HEAD. */
  readonly from: string;
  /** The id of the commit that is checked out. */
  readonly head: string;
}

/** What git takes for the name of one commit, with ~ and ^ at its end: no option, no range, no pattern. */
const commitName = /^(?!-)(?!.*\.\.)(?!.*@\{)[^\s\p{C}~^:?*[\\]{1,250}(?:[~^]\d{0,6}){0,20}$/u;

/**
 * Finds what the call compares with, and the history for it.
 *
 * @param history what asks git.
 * @param argument which of the call's arguments names the base.
 * @returns undefined where the call names no base.
 * @throws ARGUMENT_INVALID when the base is no name of a commit; HISTORY_MISSING when there is no folder .git.
 */
export async function baseRefOf(
  request: Request,
  history: History,
  argument: "base" | "baselineRef" = "base",
): Promise<BaseRef | undefined> {
  const { [argument]: name, git, source } = request;
  const option = argument === "base" ? "base" : "baseline-ref";
  if (name === undefined) return undefined;
  if (!commitName.test(name)) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `${option} is '${printable(name)}', which is no name of a commit`,
      `Give a branch, a tag or a commit's id, as in --${option}=origin/main.`,
    );
  }
  const repository = await repositoryIn(git ?? source);
  if (repository !== undefined) {
    let found: Promise<MergeBase> | undefined;
    const mergeBase = () => {
      found ??= mergeBaseOf(history, name, repository);
      return found;
    };
    return { name, repository, mergeBase };
  }
  if (git !== undefined) throw noHistory();
  throw new SlipwayError(
    "HISTORY_MISSING",
    `--${option}=${printable(name)} asks what changed, and the call hands over no git history`,
    "Add --git=.git, of a clone that has the base.",
  );
}

/** The error of a folder that is none. */
export function noHistory(): SlipwayError {
  return new SlipwayError(
    "HISTORY_MISSING",
    "what --git hands over is no folder .git, or that of a linked worktree, which is but a part of one",
    "Hand over --git=.git of a whole clone.",
  );
}

/**
 * Finds the merge base of a base and HEAD.
 *
 * @throws BASE_NOT_FOUND when the history has no such commit; BASE_UNRELATED when the two have nothing in common, in a
 *   shallow clone for want of history; HISTORY_UNREADABLE when git cannot read it.
 */
async function mergeBaseOf(history: History, name: string, repository: Directory): Promise<MergeBase> {
  const shown = printable(name);
  const isShallow = await repository.exists("shallow");
  const ran = history.parting(repository, name);
  const exitCode = await ran.exitCode();
  if (exitCode !== 0) throw unreadable(toolFailed("git", exitCode, await ran.stderr()));
  const [tip, head, from] = (await ran.stdout()).split("\n").map((line) => (isId(line) ? line : undefined));
  if (tip === undefined) {
    const branch = shown.replace(/^origin\//, "");
    throw new SlipwayError(
      "BASE_NOT_FOUND",
      `there is no commit '${shown}' in the git history${isShallow ? ", which is that of a shallow clone" : ""}`,
      `Run git fetch ${isShallow ? "--unshallow " : ""}origin ${branch} first${inActions}.`,
    );
  }
  if (head === undefined) throw headless();
  if (from !== undefined) return { from, head };
  throw isShallow
    ? new SlipwayError(
        "BASE_UNRELATED",
        `the clone is shallow, and its history ends before the commit where '${shown}' and HEAD parted`,
        `Run git fetch --unshallow first${inActions}.`,
      )
    : new SlipwayError(
        "BASE_UNRELATED",
        `'${shown}' and HEAD have no commit in common`,
        "Name a base that HEAD comes from.",
      );
}

/**
 * Finds the commit that is checked out.
 *
 * @throws HISTORY_UNREADABLE when there is none.
 */
export async function headOf(history: History, repository: Directory): Promise<string> {
  const ran = history.commit(repository, "HEAD");
  const exitCode = await ran.exitCode();
  const id = (await ran.stdout()).trim();
  if (exitCode === 0 && isId(id)) return id;
  if (exitCode === 1) throw headless();
  throw unreadable(toolFailed("git", exitCode, await ran.stderr()));
}

function headless(): SlipwayError {
  return new SlipwayError("HISTORY_UNREADABLE", "HEAD names no commit", "Check a commit out first.");
}

const inActions = ", or give actions/checkout fetch-depth: 0";

/** The folder itself, or its .git. That of a linked worktree has a file commondir, and its objects elsewhere. */
export async function repositoryIn(folder: Directory): Promise<Directory | undefined> {
  const names = await folder.entries();
  if (names.includes("HEAD") && names.includes("objects/")) return folder;
  return names.includes(".git/") ? repositoryIn(folder.directory(".git")) : undefined;
}

function isId(text: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}

/** The error of a history that git broke down over. */
export function unreadable({ what }: Pick<SlipwayError, "what">): SlipwayError {
  return new SlipwayError(
    "HISTORY_UNREADABLE",
    what,
    "Hand over the whole folder .git of a clone that git fsck finds sound.",
  );
}
