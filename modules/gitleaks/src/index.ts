import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";
import { searching, watchedGit } from "./git-wrapper.ts";

/** Pinned here only. */
export const pins = { image: "ghcr.io/gitleaks/gitleaks:v8.30.1", git: "alpine/git:v2.49.1" };

/** A commit, or a range of commits, by their ids. Nothing else reaches git, so no option can. */
const range = /^(?:[0-9a-f]{40,64}\.\.)?[0-9a-f]{40,64}$/;

/**
 * Searches files and git history for secrets with gitleaks.
 *
 * Each function returns the container after gitleaks ran. Report: /reports/gitleaks.json, in which the secrets are
 * masked. A finding never makes the call fail. Exit codes of the container:
 * - 0: no secret found
 * - 10: the report lists the secrets
 * - 3: git could not read all of the commits; the function history only
 * - other: gitleaks itself failed
 */
@object()
export class Gitleaks {
  private image: string;
  private git: string;

  /**
   * @param image image with gitleaks at /usr/bin/gitleaks
   * @param git image with git on PATH, in which gitleaks reads a history
   */
  constructor(image: string = pins.image, git: string = pins.git) {
    this.image = image;
    this.git = git;
  }

  /**
   * Searches a folder for secrets.
   *
   * The folder's own .gitleaks.toml and .gitleaksignore apply; without them, the rules of gitleaks. Cached by
   * content.
   * https://github.com/gitleaks/gitleaks
   *
   * @param source the folder
   */
  @func()
  tree(source: Directory): Container {
    return dag
      .container()
      .from(this.image)
      .withUser("0")
      .withDirectory("/reports", dag.directory())
      .withMountedDirectory("/src", source)
      .withWorkdir("/src")
      .withExec(["gitleaks", "dir", ".", ...report], { expect: ReturnType.Any });
  }

  /**
   * Searches the changes of a history's commits for secrets, also those of merges.
   *
   * In a shallow clone it searches the commits that are there. Exit code 3: git could not read all of the commits.
   * Fails with ARGUMENT_INVALID when commits is not a full id or a range of two. Cached by content.
   * https://github.com/gitleaks/gitleaks
   *
   * @param repository the folder .git; its own settings do not apply
   * @param source a folder with the .gitleaks.toml and .gitleaksignore that apply; default: empty
   * @param commits the commits to search, in full ids. ID..ID: all that the second reaches and the first does not.
   *   ID: all that it reaches. Default: all that HEAD reaches
   */
  @func()
  history(repository: Directory, source: Directory = dag.directory(), commits: string = ""): Container {
    if (commits !== "" && !range.test(commits)) {
      throw errorOf(
        "ARGUMENT_INVALID",
        `commits: ${JSON.stringify(commits)} is not a range of commits`,
        "Set it to ID or ID..ID, with full ids as `git rev-parse` prints them.",
      );
    }
    return this.beside()
      .withDirectory("/src", source)
      .withMountedDirectory("/history", repository)
      .withWorkdir("/src")
      .withExec(["sh", "-c", searching, "sh", "/history", commits, "--platform=none", ...report], {
        expect: ReturnType.Any,
      });
  }

  /** A container with gitleaks and git. */
  private beside(): Container {
    const variables = {
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      GIT_CONFIG_KEY_1: "protocol.allow",
      GIT_CONFIG_VALUE_1: "never",
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_TERMINAL_PROMPT: "0",
      LC_ALL: "C",
    };
    return Object.entries(variables)
      .reduce(
        (container, [name, value]) => container.withEnvVariable(name, value),
        dag.container().from(this.git).withUser("0"),
      )
      .withFile("/usr/local/bin/gitleaks", dag.container().from(this.image).file("/usr/bin/gitleaks"))
      .withNewFile("/slipway/bin/git", watchedGit, { permissions: 0o755 })
      .withDirectory("/reports", dag.directory());
  }
}

const report = [
  "--report-format=json",
  "--report-path=/reports/gitleaks.json",
  "--redact=100",
  "--exit-code=10",
  "--no-banner",
  "--no-color",
];
