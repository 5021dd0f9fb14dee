import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";

/** Pinned here and nowhere else. */
const pins = { image: "ghcr.io/gitleaks/gitleaks:v8.30.1", git: "alpine/git:v2.49.1" };

/** A range of commits, by their ids: nothing else of git's options reaches it. */
const range = /^[0-9a-f]{40,64}\.\.[0-9a-f]{40,64}$/;

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
   * Searches what every commit of a history added; of a shallow clone those that it has.
   * https://github.com/gitleaks/gitleaks
   *
   * @param repository the folder .git
   * @param source the folder whose .gitleaks.toml and .gitleaksignore hold; empty by default
   * @param commits only these, as ID..ID in full ids: those that the second has and the first has not; all by default
   */
  @func()
  history(repository: Directory, source: Directory = dag.directory(), commits: string = ""): Container {
    if (commits !== "" && !range.test(commits)) {
      throw new Error(
        `ARGUMENT_INVALID: ${JSON.stringify(commits)} is no range of commits. Give two full ids as ID..ID.`,
      );
    }
    const part = commits === "" ? [] : [`--log-opts=${commits}`];
    return this.beside()
      .withMountedDirectory("/src", source)
      .withMountedDirectory("/src/.git", repository)
      .withWorkdir("/src")
      .withExec(["gitleaks", "git", ".", ...part, ...report], { expect: ReturnType.Any });
  }

  /** Gitleaks beside git. */
  private beside(): Container {
    // A history's own settings may name programs; those of the container come first and name none.
    const settings = {
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      GIT_CONFIG_KEY_1: "core.fsmonitor",
      GIT_CONFIG_VALUE_1: "false",
    };
    return Object.entries(settings)
      .reduce(
        (container, [name, value]) => container.withEnvVariable(name, value),
        dag.container().from(this.git).withUser("0"),
      )
      .withFile("/usr/local/bin/gitleaks", dag.container().from(this.image).file("/usr/bin/gitleaks"))
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
