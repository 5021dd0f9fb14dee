import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { summarySchema } from "#pipelines/reports/summary-json.ts";

const execute = promisify(execFile);
const fixture = new URL("../fixtures/planted", import.meta.url).pathname;

/** A branch that git allows, and that would leave files where a shell reads it. */
export const hostileBranch = "$(touch$IFS'pwned')`touch$IFS'pwned'`'\";touch$IFS'pwned';";

/**
 * Copies the repository with one planted failure of each kind into a fresh temporary folder, as a clone: its branch of a
 * hostile name is one commit ahead of its origin's main. Removing it is the caller's.
 *
 * @param change what else the second commit has; it is given the folder.
 */
export async function plantedClone(change: (folder: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-planted-"));
  const git = (...args: string[]) =>
    execute("git", ["-c", "user.name=Author", "-c", "user.email=author@example.com", "-C", folder, ...args]);
  await git("init", "--quiet", "--initial-branch=main");
  await git("remote", "add", "origin", "https://github.com/shop/planted.git");
  await git("commit", "--quiet", "--allow-empty", "--message=first");
  await git("update-ref", "refs/remotes/origin/main", "HEAD");
  await git("checkout", "--quiet", "-b", hostileBranch);
  await cp(fixture, folder, { recursive: true });
  await change(folder);
  await git("add", "--all");
  await git("commit", "--quiet", "--message=second");
  return folder;
}

/** The summary.json of a run, held against its schema, without what differs from one run to the next: its times. */
export async function comparable(reports: string) {
  const summary = summarySchema.parse(JSON.parse(await readFile(join(reports, "summary.json"), "utf8")));
  return { ...summary, checks: summary.checks.map(({ seconds, start, ...check }) => check) };
}
