import { posix } from "node:path";
import { type Directory, ExistsType } from "@dagger.io/dagger";
import type { History } from "#modules/history/src/index.ts";
import { readReport } from "#pipelines/dagger/report-file.ts";
import { execFailureOf } from "#pipelines/errors/exec-error.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import { readNameStatus, readTree, type TreeEntry } from "#pipelines/readers/git-diff.ts";

/** A repository, or a submodule in it. */
export interface Checkout {
  /** The folder .git, or the submodule's part of it. */
  readonly repository: Directory;
  readonly source: Directory;
  /** The id of the commit from which it was checked out. */
  readonly head: string;
  /** Its path in the outermost repository. */
  readonly path: string;
}

/**
 * Finds the submodules whose content differs from the commit that is recorded for them. Git's own comparison sees
 * only that commit. A submodule without a history counts as different.
 *
 * @param isSeen whether an absent file was deleted, by its path in the outermost repository.
 * @returns their paths in the outermost repository.
 */
export async function changedSubmodules(
  history: History,
  checkout: Checkout,
  isSeen: (path: string) => boolean,
): Promise<readonly string[]> {
  const { repository, source, head, path } = checkout;
  if (!(await source.exists(".gitmodules"))) return [];
  const links = (await filesOf(history, repository, head)).filter(({ kind }) => kind === "commit");
  const found = links.map(async (link) => {
    if (!(await isCheckedOut(source, link.path))) return [];
    const at = posix.join(path, link.path);
    const own = repository.directory(posix.join("modules", link.path));
    const inner = { repository: own, source: source.directory(link.path), head: link.id, path: at };
    const isKnown = await repository.exists(posix.join("modules", link.path, "objects"));
    return !isKnown || (await differs(history, inner, isSeen)) ? [at] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Lists the files of a commit, and its submodules. @throws TOOL_FAILED; REPORT_MALFORMED. */
export async function filesOf(
  history: History,
  repository: Directory,
  commit: string,
): Promise<readonly TreeEntry[]> {
  const ran = history.files(repository, commit);
  const exitCode = await ran.exitCode();
  if (exitCode !== 0) throw toolFailed("git", exitCode, await ran.stderr());
  return readTree(await readReport(ran, "files.txt"), "files.txt");
}

async function isCheckedOut(source: Directory, path: string): Promise<boolean> {
  const isFolder = await source.exists(path, { expectedType: ExistsType.DirectoryType });
  return isFolder && (await source.directory(path).entries()).length > 0;
}

async function differs(
  history: History,
  checkout: Checkout,
  isSeen: (path: string) => boolean,
): Promise<boolean> {
  const { repository, source, head, path } = checkout;
  try {
    const ran = history.changes(repository, source, head, head);
    if ((await ran.exitCode()) !== 0) return true;
    const changed = readNameStatus(await readReport(ran, "changes.txt"), "changes.txt");
    if (changed.some((file) => file.letter !== "D" || isSeen(posix.join(path, file.path)))) return true;
  } catch (error) {
    // The submodule's history lacks even that commit.
    if (execFailureOf(error) !== undefined) return true;
    throw error;
  }
  return (await changedSubmodules(history, checkout, isSeen)).length > 0;
}
