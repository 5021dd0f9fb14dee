/** The facts of the released commit, from git or from the caller. */
export interface CommitFacts {
  /** The full id of the commit. */
  readonly commit: string;
  /** The time of the commit, in UTC, to the second: 2026-01-02T03:04:05Z. */
  readonly commitTime: string;
  /** The checked-out branch; absent with a detached HEAD. */
  readonly branch?: string;
  /** The tags of the commit, in git's order. */
  readonly tags: readonly string[];
  /** The number of the pull request that is built. */
  readonly pullRequest?: number;
  /** The target branch of the pull request. */
  readonly baseBranch?: string;
  /** The repository's default branch, if it is known. */
  readonly defaultBranch?: string;
  /** The address of the repository, without credentials. */
  readonly source?: string;
  /** Whether a schedule started the release; default: false. */
  readonly scheduled?: boolean;
}
