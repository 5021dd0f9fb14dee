import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { summarySchema } from "#pipelines/reports/summary-json.ts";
import { version as slipway } from "#pipelines/version.ts";

const execute = promisify(execFile);
const fixture = new URL("../fixtures/planted", import.meta.url).pathname;

/** A branch that git allows, and that would leave files where a shell reads it. */
export const hostileBranch = "$(touch$IFS'pwned')`touch$IFS'pwned'`'\";touch$IFS'pwned';";

/**
 * Copies the repository with one planted failure of each kind into a fresh temporary folder, as a hostile clone.
 * Removing it is the caller's.
 *
 * @param change what else the second commit has; it is given the folder.
 */
export async function plantedClone(change: (folder: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-planted-"));
  const planted = () => cp(fixture, folder, { recursive: true }).then(() => change(folder));
  await hostileClone(folder, async () => {}, planted);
  return folder;
}

/**
 * Makes a clone in an empty folder: its branch of a hostile name is one commit ahead of its origin's main.
 *
 * @param before what the first commit has.
 * @param change what the second one changes, ignored files included.
 * @param message the message of the second one.
 */
export async function hostileClone(
  folder: string,
  before: () => Promise<void>,
  change: () => Promise<void>,
  message = "second",
): Promise<void> {
  const git = (...args: string[]) =>
    execute("git", ["-c", "user.name=Author", "-c", "user.email=author@example.com", "-C", folder, ...args]);
  await git("init", "--quiet", "--initial-branch=main");
  await git("remote", "add", "origin", "https://github.com/shop/planted.git");
  await before();
  await git("add", "--all");
  await git("commit", "--quiet", "--allow-empty", "--message=first");
  await git("update-ref", "refs/remotes/origin/main", "HEAD");
  await git("checkout", "--quiet", "-b", hostileBranch);
  await change();
  await git("add", "--all", "--force");
  await git("commit", "--quiet", `--message=${message}`);
}

/**
 * The summary.json of a run, held against its schema, without what differs from one run to the next: its times, and what
 * it says of the call itself.
 */
export async function comparable(reports: string) {
  const summary = summarySchema.parse(JSON.parse(await readFile(join(reports, "summary.json"), "utf8")));
  const { run, ...judged } = summary;
  expect(run).toMatchObject({ slipway, started: expect.any(String) });
  return { ...judged, checks: summary.checks.map(({ seconds, start, ...check }) => check) };
}
