import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { $ } from "zx";
import { bundleTree } from "./bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Tags the version of package.json: vX.Y.Z, and modules/NAME/vX.Y.Z for each module. Dagger finds the version of a
 * module in a subfolder by such a tag (https://docs.dagger.io/api/daggerverse). The tags name a commit upon the current
 * one, which adds the bundle, and which is the same each time. Pushes nothing. An existing tag stays; if one names
 * another commit, no tag is made.
 *
 * Fails with VERSION_UNREADY if CHANGELOG.md calls the version unreleased, or if there are uncommitted changes. Fails
 * with TAG_TAKEN if a tag names another commit.
 *
 * @param folder the repository.
 * @param addBundle changes a copy of the current commit to one with the bundle; default: with this tree's dependencies.
 * @returns all of the tags, including those that existed.
 */
export async function versionTags(
  folder: string,
  addBundle = (copy: string) => bundleTree(root, copy),
): Promise<readonly string[]> {
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
  const bundled = await bundledCommit(folder, `Slipway ${version}, with the bundle`, addBundle);
  const commits = await Promise.all(
    tags.map(async (tag) =>
      (await git`git rev-parse --quiet --verify ${`refs/tags/${tag}^{commit}`}`.nothrow()).stdout.trim(),
    ),
  );
  const taken = tags.filter((_, at) => commits[at] !== "" && commits[at] !== bundled);
  if (taken.length > 0) {
    throw new Error(
      `TAG_TAKEN: ${taken.join(", ")}: already on another commit. Use the next version, because a version's tag must not move.`,
    );
  }
  for (const tag of tags.filter((_, at) => commits[at] === "")) {
    await git`git tag --annotate --message ${`Slipway ${version}`} ${tag} ${bundled}`;
  }
  return tags;
}

/** Commits the bundle upon the current commit, on no branch, with that commit's author and times. */
async function bundledCommit(
  folder: string,
  message: string,
  addBundle: (copy: string) => Promise<void>,
): Promise<string> {
  const git = $({ cwd: folder, quiet: true });
  const copy = join(await mkdtemp(join(tmpdir(), "slipway-bundle-")), "tree");
  try {
    await git`git worktree add --quiet --detach ${copy} HEAD`;
    await addBundle(copy);
    await git`git -C ${copy} add --all --force`;
    const fields = (await git`git log -1 --format=%an%n%ae%n%aI%n%cn%n%ce%n%cI`).stdout.split("\n");
    const names = [
      "AUTHOR_NAME",
      "AUTHOR_EMAIL",
      "AUTHOR_DATE",
      "COMMITTER_NAME",
      "COMMITTER_EMAIL",
      "COMMITTER_DATE",
    ];
    const env = Object.fromEntries(names.map((name, at) => [`GIT_${name}`, fields[at] ?? ""]));
    const signed = $({ cwd: copy, quiet: true, env: { ...process.env, ...env } });
    await signed`git -c commit.gpgSign=false -c core.hooksPath=/dev/null commit --quiet --allow-empty --message ${message}`;
    return (await git`git -C ${copy} rev-parse HEAD`).stdout.trim();
  } finally {
    await git`git worktree remove --force ${copy}`.nothrow();
    await rm(dirname(copy), { recursive: true, force: true });
  }
}

function unready(what: string, remedy: string): Error {
  return new Error(`VERSION_UNREADY: ${what}. ${remedy}`);
}

if (import.meta.filename === process.argv[1]) {
  try {
    const tags = await versionTags(root);
    process.stdout.write(`git push --atomic origin ${tags.join(" ")}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
