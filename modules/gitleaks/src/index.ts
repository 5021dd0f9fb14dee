import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";
import { searching, watchedGit } from "./git-wrapper.ts";

/** Pinned here and nowhere else. */
export const pins = { image: "ghcr.io/gitleaks/gitleaks:v8.30.1", git: "alpine/git:v2.49.1" };

/** A commit or a range of them, by their ids: nothing else of git's options reaches it. */
const range = /^(?:[0-9a-f]{40,64}\.\.)?[0-9a-f]{40,64}$/;

/**
 * Searches for secrets that were written into files with gitleaks. Each verb returns the container after gitleaks ran,
 * with /reports/gitleaks.json, in which no secret stands. Exit code 0: none found, 10: found some, anything else: broken
 * down.
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
   * Searches a folder, by its own .gitleaks.toml and .gitleaksignore or else gitleaks's rules.
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
   * Searches what the commits of a history added, merges too; of a shallow clone those that it has. Exit code 3: git
   * cannot read all of them.
   * https://github.com/gitleaks/gitleaks
   *
   * @param repository the folder .git; none of its settings hold
   * @param source the folder whose .gitleaks.toml and .gitleaksignore hold; empty by default
   * @param commits only these, in full ids: as ID..ID those that the second comes from and the first does not, as ID all
   *   that it comes from; by default all that HEAD comes from
   */
  @func()
  history(repository: Directory, source: Directory = dag.directory(), commits: string = ""): Container {
    if (commits !== "" && !range.test(commits)) {
      throw errorOf(
        "ARGUMENT_INVALID",
        `${JSON.stringify(commits)} is no range of commits`,
        `Give full ids, as ID..ID or ID.`,
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

  /** Gitleaks beside git. */
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
