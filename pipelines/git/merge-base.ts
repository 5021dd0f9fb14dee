import type { Directory } from "@dagger.io/dagger";
import type { History } from "#modules/history/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Request } from "#pipelines/request.ts";
import { printable } from "#pipelines/text/printable.ts";

/** The base with which a call compares its source. */
export interface BaseRef {
  /** A branch, tag or commit, as the call names it. */
  readonly name: string;
  /** The folder .git. */
  readonly repository: Directory;
  /** The merge base. It is looked up once, on the first call. @throws the errors of `mergeBaseOf`. */
  readonly mergeBase: () => Promise<MergeBase>;
}

/** The two commits at the ends of a change. */
export interface MergeBase {
  /** The id of the best common ancestor of base and HEAD. */
  readonly from: string;
  /** The id of the commit that is checked out. */
  readonly head: string;
}

/** The arguments that name a base. */
type BaseArgument = "base" | "baselineRef" | "policyRef";

const options: Readonly<Record<BaseArgument, string>> = {
  base: "base",
  baselineRef: "baseline-ref",
  policyRef: "policy-ref",
};

/** The name of one commit, as git accepts it, with ~ and ^ at its end: not an option, a range or a pattern. */
const commitName = /^(?!-)(?!.*\.\.)(?!.*@\{)[^\s\p{C}~^:?*[\\]{1,250}(?:[~^]\d{0,6}){0,20}$/u;

/**
 * Finds the base of the call, and the history for it.
 *
 * @param history runs git.
 * @param argument the argument that names the base; default: `base`.
 * @returns undefined if the call names no base.
 * @throws ARGUMENT_INVALID when the base is not a name of a commit; HISTORY_MISSING when there is no folder .git.
 */
export async function baseRefOf(
  request: Request,
  history: History,
  argument: BaseArgument = "base",
): Promise<BaseRef | undefined> {
  const { [argument]: name, git, source } = request;
  const option = options[argument];
  if (name === undefined) return undefined;
  if (!commitName.test(name)) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `--${option}=${printable(name)}: not a valid name of a commit`,
      `Pass a branch, a tag or a commit's id, for example --${option}=origin/main.`,
    );
  }
  const repository = await repositoryIn(git ?? source);
  if (repository !== undefined) {
    let found: Promise<MergeBase> | undefined;
    const mergeBase = () => {
      found ??= mergeBaseOf(history, name, repository).then((base) =>
        argument === "base" ? base : assertOther(`--${option}=${printable(name)}`, base),
      );
      return found;
    };
    return { name: name.replace(/^refs\/(?:heads|tags|remotes)\//, ""), repository, mergeBase };
  }
  if (git !== undefined) throw noHistory();
  throw new SlipwayError(
    "HISTORY_MISSING",
    `--${option}=${printable(name)} needs the git history, and the call passes none`,
    "Add --git=.git from a clone that has the base.",
  );
}

/** A commit compared with itself has every finding already, and sets its own policy. */
function assertOther(argument: string, base: MergeBase): MergeBase {
  if (base.from !== base.head) return base;
  throw new SlipwayError(
    "BASE_IS_HEAD",
    `${argument} leads to HEAD itself, and a commit must not be judged by itself`,
    "Name a commit before the change, for example HEAD~1, or leave the argument out.",
  );
}

/** The error for a folder that is not a history. */
export function noHistory(): SlipwayError {
  return new SlipwayError(
    "HISTORY_MISSING",
    "--git is not a .git folder, or is the incomplete .git folder of a linked worktree",
    "Pass --git=.git from the main worktree of a clone.",
  );
}

/**
 * Finds the merge base of a base and HEAD.
 *
 * @throws BASE_NOT_FOUND when the history has no such commit; HISTORY_UNREADABLE when git cannot read it.
 *   BASE_UNRELATED when the two have no common commit, or a shallow clone lacks it.
 */
async function mergeBaseOf(history: History, name: string, repository: Directory): Promise<MergeBase> {
  const shown = printable(name);
  const isShallow = await repository.exists("shallow");
  const ran = history.parting(repository, name);
  const exitCode = await ran.exitCode();
  if (exitCode !== 0) throw unreadable(toolFailed("git", exitCode, await ran.stderr()));
  const lines = (await ran.stdout()).split("\n");
  const [tip, head, from] = lines.map((line) => (isId(line) ? line : undefined));
  if (lines[3] === "several") {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `'${shown}' is the name of a tag and of a branch, which lead to different commits`,
      `Name one of them in full, for example refs/remotes/${shown} or refs/tags/${shown}.`,
    );
  }
  if (tip === undefined) {
    const branch = shown.replace(/^(?:refs\/remotes\/)?origin\//, "");
    throw new SlipwayError(
      "BASE_NOT_FOUND",
      `there is no commit '${shown}' in the git history${isShallow ? " of this shallow clone" : ""}`,
      `Run \`git fetch ${isShallow ? "--unshallow " : ""}origin ${branch}\`${inActions}, then call again.`,
    );
  }
  if (head === undefined) throw headless();
  if (from !== undefined) return { from, head };
  throw isShallow
    ? new SlipwayError(
        "BASE_UNRELATED",
        `the clone is shallow, and its history does not reach the merge base of '${shown}' and HEAD`,
        `Run \`git fetch --unshallow\`${inActions}, then call again.`,
      )
    : new SlipwayError(
        "BASE_UNRELATED",
        `'${shown}' and HEAD have no commit in common`,
        "Name a base that shares history with HEAD, for example origin/main.",
      );
}

/**
 * Finds the commit that is checked out.
 *
 * @throws HISTORY_UNREADABLE when there is no such commit, or git cannot read it.
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
  return new SlipwayError(
    "HISTORY_UNREADABLE",
    "HEAD points to no commit",
    "Check out a commit, then call again.",
  );
}

const inActions = ", or set `fetch-depth: 0` for actions/checkout";

/**
 * The folder itself, or its .git. The .git of a linked worktree is not accepted, because its objects are elsewhere.
 */
export async function repositoryIn(folder: Directory): Promise<Directory | undefined> {
  const names = await folder.entries();
  if (names.includes("HEAD") && names.includes("objects/")) return folder;
  return names.includes(".git/") ? repositoryIn(folder.directory(".git")) : undefined;
}

function isId(text: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}

/** The error for a history that git cannot read. */
export function unreadable({ what }: Pick<SlipwayError, "what">): SlipwayError {
  return new SlipwayError(
    "HISTORY_UNREADABLE",
    what,
    "Run `git fsck` in the clone. Pass the whole .git folder of a clone that passes it.",
  );
}
