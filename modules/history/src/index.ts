import { Container, Directory, dag, func, object } from "@dagger.io/dagger";
import { asked } from "./run-git.ts";

/** Pinned here only. */
export const pins = { image: "alpine/git:v2.49.1" };

/** The folders of the history in the container, and of a repository of our own beside it. */
const [history, own] = ["/history", "/slipway/repository"];

/**
 * Prints the facts that a release needs, one on each line; $1 is the commit. No branch or tag has a line break in its
 * name.
 */
const factsScript = `set -eu
git log -1 --no-show-signature --format='commit %H%ntime %ct' --end-of-options "$1^{commit}"
git rev-parse --verify --quiet 'HEAD^{commit}' | sed 's/^/head /' || true
git symbolic-ref --quiet HEAD | sed -n 's|^refs/heads/|branch |p' || true
git symbolic-ref --quiet refs/remotes/origin/HEAD | sed -n 's|^refs/remotes/origin/|default |p' || true
git for-each-ref --points-at="$1" --sort=refname --format='tag %(refname:lstrip=2)' refs/tags
git config --get remote.origin.url | head -n 1 | sed 's/^/remote /' || true
`;

/** git exits with 1 if the commit does not exist, and with another code if it fails. */
const partingScript = String.raw`
found() { "$@" || { code=$?; [ "$code" -eq 1 ] || exit "$code"; }; }
commit() { found git rev-parse --verify --quiet --end-of-options "$1^{commit}"; }
tip=$(commit "$1")
[ -n "$tip" ] || tip=$(commit "refs/remotes/origin/$1")
head=$(commit HEAD)
from=
[ -z "$tip" ] || [ -z "$head" ] || from=$(found git merge-base --end-of-options "$tip" "$head")
printf '%s\n' "$tip" "$head" "$from"
set -- $(for kind in tags heads remotes; do commit "refs/$kind/$1"; done | sort -u)
[ $# -lt 2 ] || echo several
`;

/**
 * Answers questions about the history of a git repository.
 *
 * Each function returns the container after git ran, with its exit code and its output. The repository's own settings
 * do not apply: no hook, filter, external diff or fetch runs. Cached by content.
 */
@object()
export class History {
  private image: string;

  /** @param image image with git and sh on PATH */
  constructor(image: string = pins.image) {
    this.image = image;
  }

  /**
   * Prints the id of a commit that a name stands for.
   *
   * Exit codes of the container:
   * - 0: the commit exists
   * - 1: no commit has that name
   * - other: git cannot read the history
   *
   * https://git-scm.com/docs/git-rev-parse
   *
   * @param repository the folder .git
   * @param name a branch, a tag, an id or HEAD; never read as an option
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
   * Reports the facts about a commit that a release needs: its time, its tags, the branches.
   *
   * Report: /reports/facts.txt, with a word, a space and a value on each line. A fact that does not exist has no
   * line:
   * - `commit`: its id
   * - `time`: when it was committed, in seconds since 1970
   * - `head`: the id of the commit that is checked out
   * - `branch`: the branch that is checked out
   * - `default`: the default branch of the remote origin
   * - `tag`: a tag of the commit, one line for each
   * - `remote`: the URL of origin, with the credentials that it may contain
   *
   * Exit code of the container 0: done; other: the commit does not exist, or git cannot read the history.
   * https://git-scm.com/docs/git-for-each-ref
   *
   * @param repository the folder .git
   * @param commit a name of the commit
   */
  @func()
  facts(repository: Directory, commit: string = "HEAD"): Container {
    return asked(this.at(repository), ["sh", "-c", factsScript, "facts", commit], "/reports/facts.txt");
  }

  /**
   * Finds the merge base of a branch and HEAD.
   *
   * Prints three ids, each on a line: the branch's commit, HEAD's commit, and their best common ancestor. A line is
   * empty if there is no such commit. Prints `several` on a fourth line if a tag, a branch and a branch of a remote
   * have that name, and not the same commit. Exit code of the container 0: done; other: git cannot read the history.
   * https://git-scm.com/docs/git-merge-base
   *
   * @param repository the folder .git
   * @param name a branch, a tag or an id; if none exists, a branch of the remote origin. Never read as an option
   */
  @func()
  parting(repository: Directory, name: string): Container {
    return asked(this.at(repository), ["sh", "-ec", partingScript, "parting", name]);
  }

  /**
   * Counts commits.
   *
   * Prints the number; in a shallow clone, of the commits that are there. Exit code of the container 0: done; other:
   * git cannot read the commits.
   * https://git-scm.com/docs/git-rev-list
   *
   * @param repository the folder .git
   * @param commits full ids. ID..ID: all that the second reaches and the first does not. ID: all that it reaches
   */
  @func()
  count(repository: Directory, commits: string): Container {
    return this.listed(repository, ["--count"], commits);
  }

  /**
   * Lists the given commits that have no parent.
   *
   * Prints an id on each line; in a shallow clone also the commits whose parents are not there. Exit code of the
   * container 0: done; other: git cannot read the commits.
   * https://git-scm.com/docs/git-rev-list
   *
   * @param repository the folder .git
   * @param commits full ids. ID..ID: all that the second reaches and the first does not. ID: all that it reaches
   */
  @func()
  roots(repository: Directory, commits: string): Container {
    return this.listed(repository, ["--max-parents=0"], commits);
  }

  /**
   * Compares the files of a source with a commit.
   *
   * Report: /reports/changes.patch, without lines of context. It leaves out ignored files and the files of
   * submodules. Exit code of the container 0: done, with and without differences; other: git failed. The call fails
   * when git cannot read the source or the commit head.
   * https://git-scm.com/docs/git-diff
   *
   * @param repository the folder .git
   * @param source the files that belong to the history; they may differ from every commit, and hold no .git
   * @param from the commit's id
   * @param head the id of the commit that the source was checked out from: it tells which folders are submodules
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
   * Lists the files that differ between a source and a commit, in contents, kind or mode.
   *
   * Report: /reports/changes.txt, with a letter, a tab and a path on each line. A renamed file is listed under both
   * names, a submodule as one file. Exit code of the container 0: done; other: git failed. The call fails when git
   * cannot read the source or the commit head.
   * https://git-scm.com/docs/git-diff
   *
   * @param repository the folder .git
   * @param source the files that belong to the history; they may differ from every commit, and hold no .git
   * @param from the commit's id
   * @param head the id of the commit that the source was checked out from: it tells which folders are submodules
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
   * Lists the files of a commit.
   *
   * Report: /reports/files.txt, with mode, kind, id, a tab and a path on each line. A submodule has its recorded
   * commit as id. Exit code of the container 0: done; other: git failed.
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
   * Returns the files of a commit, without those of submodules.
   *
   * The call fails when git cannot read them.
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
   * An empty repository that borrows the objects of the other, and so has none of its settings. It is made before the
   * other is mounted, so that the engine makes it once for all repositories.
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
