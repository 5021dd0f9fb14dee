import type { Container, Directory } from "@dagger.io/dagger";
import type { History } from "#modules/history/src/index.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import { unreadable } from "./merge-base.ts";

/** The extent of a history. */
export interface Reach {
  readonly commits: number;
  /** Whether a shallow clone lacks earlier commits. */
  readonly isCut: boolean;
}

/**
 * Counts commits, and finds whether earlier ones are missing.
 *
 * @param commits in full ids: ID..ID or ID.
 * @throws HISTORY_UNREADABLE when git cannot read them all.
 */
export async function reachOf(history: History, repository: Directory, commits: string): Promise<Reach> {
  const count = (await printed(history.count(repository, commits))).trim();
  if (!/^\d+$/.test(count))
    throw unreadable({ what: `git returned '${printable(count.slice(0, 80))}' as the number of commits` });
  if (!(await repository.exists("shallow"))) return { commits: Number(count), isCut: false };
  const ends = new Set((await repository.file("shallow").contents()).split("\n"));
  const first = (await printed(history.roots(repository, commits))).split("\n");
  return { commits: Number(count), isCut: first.some((id) => id !== "" && ends.has(id)) };
}

export function reachText({ commits, isCut }: Reach): string {
  return `${isCut ? "the last " : ""}${countText(commits, "commit")}`;
}

async function printed(ran: Container): Promise<string> {
  const exitCode = await ran.exitCode();
  if (exitCode === 0) return ran.stdout();
  throw unreadable(toolFailed("git", exitCode, await ran.stderr()));
}
