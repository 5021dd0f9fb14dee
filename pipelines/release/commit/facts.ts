/** What git says of the commit that is released, or what the caller says in its place. */
export interface CommitFacts {
  /** The commit's whole id. */
  readonly commit: string;
  /** When it was committed, in UTC, to the second: 2026-01-02T03:04:05Z. */
  readonly commitTime: string;
  /** The branch that is checked out; absent with a detached HEAD. */
  readonly branch?: string;
  /** The tags that name the commit, in git's order. */
  readonly tags: readonly string[];
  /** The pull request that is built. */
  readonly pullRequest?: number;
  /** The branch that the pull request asks to be merged into. */
  readonly baseBranch?: string;
  /** The repository's default branch, where that is known. */
  readonly defaultBranch?: string;
  /** Where the repository is, without anybody's credentials. */
  readonly source?: string;
  /** Whether a schedule started the release; false by default. */
  readonly scheduled?: boolean;
}
