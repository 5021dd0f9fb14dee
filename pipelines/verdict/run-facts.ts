/** What a run checked, and when. */
export interface RunFacts {
  /** The version of Slipway. */
  readonly slipway: string;
  /** The start, in UTC, as in 2027-01-31T12:00:00Z. */
  readonly started: string;
  readonly seconds: number;
  /** The arguments of the call that decide what is checked, as in --base=main. */
  readonly arguments: readonly string[];
  /** The address of the repository, without a login; absent if git does not know it. */
  readonly repository?: string;
  /** The commit at HEAD; absent without the git history. */
  readonly commit?: string;
  /** The checked-out branch; absent with a detached HEAD. */
  readonly branch?: string;
  /** Whether the source differs from the commit; absent without a commit, or if git cannot tell. */
  readonly dirty?: boolean;
}

/** Two lines for people: what was checked, and how. */
export function runLines({
  slipway,
  started,
  arguments: given,
  repository,
  commit,
  branch,
  dirty,
}: RunFacts): readonly string[] {
  const what = [
    ...(commit === undefined ? ["commit unknown: pass --git=.git"] : [`commit ${commit.slice(0, 12)}`]),
    ...(branch === undefined ? [] : [`of ${branch}`]),
    ...(repository === undefined ? [] : [`in ${repository}`]),
    ...(dirty ? ["with uncommitted changes"] : []),
  ].join(" ");
  const when = `${started.slice(0, 16).replace("T", " ")} UTC`;
  return [`Checked: ${what}`, [`By: Slipway ${slipway}, ${when}`, ...given].join(" ")];
}
