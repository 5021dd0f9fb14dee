import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { $ } from "zx";

/**
 * Tags the current commit as the version of package.json: vX.Y.Z, and modules/NAME/vX.Y.Z for each module. Dagger
 * finds the version of a module in a subfolder by such a tag (https://docs.dagger.io/api/daggerverse). Pushes
 * nothing. An existing tag stays; if one names another commit, no tag is made.
 *
 * Fails with VERSION_UNREADY if CHANGELOG.md calls the version unreleased, or if there are uncommitted changes. Fails
 * with TAG_TAKEN if a tag names another commit.
 *
 * @param folder the repository.
 * @returns all of the tags, including those that existed.
 */
export async function versionTags(folder: string): Promise<readonly string[]> {
  const git = $({ cwd: folder, quiet: true });
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
  const changes = await readFile(join(folder, "CHANGELOG.md"), "utf8");
  if (!changes.split("\n").includes(`## ${version}`)) {
    throw unready(`CHANGELOG.md has no heading '## ${version}'`, "Add the heading, without (unreleased).");
  }
  const dirty = (await git`git status --porcelain`).stdout.trim();
  if (dirty !== "")
    throw unready(
      `the work tree has changes that are not committed:\n${dirty}`,
      "Run `git commit` or `git stash`.",
    );
  const modules = (await readdir(join(folder, "modules"))).sort();
  const tags = [`v${version}`, ...modules.map((name) => `modules/${name}/v${version}`)];
  const head = (await git`git rev-parse HEAD`).stdout.trim();
  const commits = await Promise.all(
    tags.map(async (tag) =>
      (await git`git rev-parse --quiet --verify ${`refs/tags/${tag}^{commit}`}`.nothrow()).stdout.trim(),
    ),
  );
  const taken = tags.filter((_, at) => commits[at] !== "" && commits[at] !== head);
  if (taken.length > 0) {
    throw new Error(
      `TAG_TAKEN: ${taken.join(", ")}: already on another commit. Use the next version, because a version's tag must not move.`,
    );
  }
  for (const tag of tags.filter((_, at) => commits[at] === "")) {
    await git`git tag --annotate --message ${`Slipway ${version}`} ${tag}`;
  }
  return tags;
}

function unready(what: string, remedy: string): Error {
  return new Error(`VERSION_UNREADY: ${what}. ${remedy}`);
}

if (import.meta.filename === process.argv[1]) {
  try {
    const tags = await versionTags(fileURLToPath(new URL("../..", import.meta.url)));
    process.stdout.write(`git push --atomic origin ${tags.join(" ")}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
