import { Container, Directory, dag, func, object } from "@dagger.io/dagger";
import { asked } from "./run-git.ts";

/** Pinned here and nowhere else. */
export const pins = { image: "alpine/git:v2.49.1" };

/** Where the history lies in the container, and a repository of our own beside it. */
const [history, own] = ["/history", "/slipway/repository"];

/** Prints a line each of what a release asks for; $1 is the commit. A branch or a tag has no line end in its name. */
const factsScript = `set -eu
git log -1 --no-show-signature --format='commit %H%ntime %ct' --end-of-options "$1^{commit}"
git rev-parse --verify --quiet 'HEAD^{commit}' | sed 's/^/head /' || true
git symbolic-ref --quiet HEAD | sed -n 's|^refs/heads/|branch |p' || true
git symbolic-ref --quiet refs/remotes/origin/HEAD | sed -n 's|^refs/remotes/origin/|default |p' || true
git for-each-ref --points-at="$1" --sort=refname --format='tag %(refname:lstrip=2)' refs/tags
git config --get remote.origin.url | head -n 1 | sed 's/^/remote /' || true
`;

/** git exits with 1 where there is no such commit, and otherwise where it breaks down. */
const partingScript = String.raw`
found() { "$@" || { code=$?; [ "$code" -eq 1 ] || exit "$code"; }; }
commit() { found git rev-parse --verify --quiet --end-of-options "$1^{commit}"; }
tip=$(commit "$1")
[ -n "$tip" ] || tip=$(commit "refs/remotes/origin/$1")
head=$(commit HEAD)
from=
[ -z "$tip" ] || [ -z "$head" ] || from=$(found git merge-base --end-of-options "$tip" "$head")
printf '%s\n' "$tip" "$head" "$from"
`;

/**
 * Asks git about a repository's history. Each verb returns the container after git ran, with its exit code and what it
 * printed. Nothing of the repository's own settings is carried out: no hook, filter, external diff or fetch.
 */
@object()
export class History {
  private image: string;

  /**
   * @param image image with git and sh on PATH
   */
  constructor(image: string = pins.image) {
    this.image = image;
  }

  /**
   * Looks a commit up. Prints its id; exit code 1: there is none of that name; anything else: git cannot read the
   * history.
   * https://git-scm.com/docs/git-rev-parse
   *
   * @param repository the folder .git
   * @param name a branch, a tag, an id, HEAD; never taken for an option
   */
  @func()
  commit(repository: Directory, name: string): Container {
    return asked(this.at(repository), [
      "git",
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${name}^{commit}`,
    ]);
  }

  /**
   * Tells what a release asks about a commit. Report: /reports/facts.txt, a word, a space and a value in each line:
   * `commit`, its id; `time`, when it was committed, in seconds since 1970; `head`, the commit that is checked out;
   * `branch`, the one that is checked out; `default`, what origin has as its default branch; `tag`, one that names the
   * commit; `remote`, the URL of origin, with the credentials that may be in it. What there is not has no line. Exit code 0:
   * told; anything else: there is no such commit, or git cannot read the history.
   * https://git-scm.com/docs/git-for-each-ref
   *
   * @param repository the folder .git
   * @param commit a name of the commit; HEAD by default
   */
  @func()
  facts(repository: Directory, commit: string = "HEAD"): Container {
    return asked(this.at(repository), ["sh", "-c", factsScript, "facts", commit], "/reports/facts.txt");
  }

  /**
   * Finds where HEAD and a branch parted. Prints three ids, a line each: the branch's commit, HEAD's, and that of their
   * best common ancestor; an empty line for one that there is none of. Exit code other than 0: git cannot read the
   * history.
   * https://git-scm.com/docs/git-merge-base
   *
   * @param repository the folder .git
   * @param name a branch, a tag, an id; one of the remote origin where there is no other; never taken for an option
   */
  @func()
  parting(repository: Directory, name: string): Container {
    return asked(this.at(repository), ["sh", "-ec", partingScript, "parting", name]);
  }

  /**
   * Counts commits, of a shallow clone those that it has. Prints how many; exit code other than 0: git cannot read them.
   * https://git-scm.com/docs/git-rev-list
   *
   * @param repository the folder .git
   * @param commits in full ids: as ID..ID those that the second comes from and the first does not, as ID all that it
   *   comes from
   */
  @func()
  count(repository: Directory, commits: string): Container {
    return this.listed(repository, ["--count"], commits);
  }

  /**
   * Lists those of some commits that have no parent, or in a shallow clone none that it has. Prints an id on each line;
   * exit code other than 0: git cannot read them.
   * https://git-scm.com/docs/git-rev-list
   *
   * @param repository the folder .git
   * @param commits in full ids: as ID..ID those that the second comes from and the first does not, as ID all that it
   *   comes from
   */
  @func()
  roots(repository: Directory, commits: string): Container {
    return this.listed(repository, ["--max-parents=0"], commits);
  }

  /**
   * Compares a source as it lies there with a commit, files of submodules and ignored ones left out. Report:
   * /reports/changes.patch, without lines of context. Exit code 0: compared, whether anything differs or not; anything
   * else: a breakdown.
   * https://git-scm.com/docs/git-diff
   *
   * @param repository the folder .git
   * @param source what it is a history of; may differ from every commit, and holds no .git
   * @param from the commit's id
   * @param head the id of the commit that the source was checked out from: it says which folders are submodules
   */
  @func()
  diff(repository: Directory, source: Directory, from: string, head: string): Container {
    return asked(
      this.staged(repository, source, from, head),
      [
        "git",
        "diff",
        "--cached",
        "--unified=0",
        "--find-renames",
        "--ignore-cr-at-eol",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--submodule=short",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        from,
      ],
      "/reports/changes.patch",
    );
  }

  /**
   * Lists the files that differ between a source as it lies there and a commit, however they differ: contents, kind,
   * mode; a renamed one under both names, a submodule as one file. Report: /reports/changes.txt, a letter, a tab and a
   * path in each line. Exit code 0: compared; anything else: a breakdown.
   * https://git-scm.com/docs/git-diff
   *
   * @param repository the folder .git
   * @param source what it is a history of; may differ from every commit, and holds no .git
   * @param from the commit's id
   * @param head the id of the commit that the source was checked out from: it says which folders are submodules
   */
  @func()
  changes(repository: Directory, source: Directory, from: string, head: string): Container {
    return asked(
      this.staged(repository, source, from, head),
      ["git", "diff", "--cached", "--name-status", "--no-renames", "--no-color", "--no-ext-diff", from],
      "/reports/changes.txt",
    );
  }

  /**
   * Lists the files of a commit. Report: /reports/files.txt, mode, kind, id, a tab and a path in each line; of a submodule
   * the commit that is recorded. Exit code 0: listed; anything else: a breakdown.
   * https://git-scm.com/docs/git-ls-tree
   *
   * @param repository the folder .git
   * @param commit the commit's id
   */
  @func()
  files(repository: Directory, commit: string): Container {
    return asked(
      this.at(repository),
      ["git", "ls-tree", "-r", "--full-tree", "--end-of-options", commit],
      "/reports/files.txt",
    );
  }

  /**
   * Brings the files of a commit, those of submodules left out. Fails when git cannot.
   * https://git-scm.com/docs/git-checkout-index
   *
   * @param repository the folder .git
   * @param commit the commit's id
   */
  @func()
  tree(repository: Directory, commit: string): Directory {
    return this.beside(repository, commit)
      .withDirectory("/tree", dag.directory())
      .withEnvVariable("GIT_WORK_TREE", "/tree")
      .withExec(["git", "read-tree", commit])
      .withExec(["git", "checkout-index", "--all", "--prefix=/tree/"])
      .directory("/tree");
  }

  private listed(repository: Directory, options: readonly string[], commits: string): Container {
    return asked(this.at(repository), ["git", "rev-list", ...options, "--end-of-options", commits, "--"]);
  }

  private at(repository: Directory): Container {
    return this.git().withMountedDirectory(history, repository).withEnvVariable("GIT_DIR", history);
  }

  /** A source, staged on top of a commit in a repository of our own. */
  private staged(repository: Directory, source: Directory, from: string, head: string): Container {
    return this.beside(repository, from)
      .withMountedDirectory("/src", source)
      .withEnvVariable("GIT_WORK_TREE", "/src")
      .withWorkdir("/src")
      .withExec(["sh", "-ec", 'git read-tree "$1"\ngit add --all', "staged", head]);
  }

  /**
   * An empty repository that borrows the other's objects, and so has none of its settings. It is made before the other
   * comes in, so that the engine makes it once for all of them.
   */
  private beside(repository: Directory, commit: string): Container {
    const format = commit.length > 40 ? "sha256" : "sha1";
    return this.git()
      .withDirectory(own, dag.directory())
      .withEnvVariable("GIT_DIR", own)
      .withExec(["git", "init", "--quiet", "--bare", "--template=", `--object-format=${format}`])
      .withExec(["git", "config", "core.bare", "false"])
      .withNewFile(`${own}/objects/info/alternates`, `${history}/objects\n`)
      .withNewFile(`${own}/info/attributes`, "* !text !eol !diff !filter !ident !working-tree-encoding\n")
      .withMountedDirectory(history, repository);
  }

  private git(): Container {
    const settings = { GIT_CONFIG_KEY_0: "protocol.allow", GIT_CONFIG_VALUE_0: "never" };
    const variables = {
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_COUNT: "1",
      ...settings,
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C",
    };
    return Object.entries(variables)
      .reduce(
        (container, [name, value]) => container.withEnvVariable(name, value),
        dag.container().from(this.image).withUser("0").withWorkdir("/"),
      )
      .withDirectory("/reports", dag.directory());
  }
}
