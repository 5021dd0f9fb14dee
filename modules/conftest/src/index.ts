import { Container, Directory, dag, File, func, object, ReturnType } from "@dagger.io/dagger";

/** Pinned here only. */
export const pins = {
  image: "openpolicyagent/conftest:v0.71.1",
  base: "gcr.io/distroless/static-debian12",
};

/** Checks configuration files against Rego policies with conftest, without a network. */
@object()
export class Conftest {
  private image: string;
  private base: string;

  /**
   * @param image image with conftest at /conftest
   * @param base image that conftest runs in; needs no shell
   */
  constructor(image: string = pins.image, base: string = pins.base) {
    this.image = image;
    this.base = base;
  }

  /**
   * Checks the files of a folder against policies.
   *
   * Returns the container after conftest ran. Report: /reports/conftest.json. For each file and package of rules it
   * lists the failures, the warnings and the number of evaluated rules.
   *
   * Exit codes of the container:
   * - 0: no rule failed
   * - 1: a rule failed; with an empty report, conftest itself failed, and stderr says why
   * - 2: a rule failed, and conftest.toml sets fail-on-warn; then 1 means that a rule only warned
   *
   * conftest has no network: a policy that asks the web gets no answer. Cached by content.
   * https://www.conftest.dev
   *
   * @param files a folder; conftest takes the format of each file from its extension
   * @param policies folders with .rego files, also in folders below
   * @param data folders with YAML or JSON that the policies read as data
   * @param config a conftest.toml; the arguments of this call override it
   * @param namespaces the packages of rules to evaluate, e.g. main; default: those that config names, else all
   */
  @func()
  async test(
    files: Directory,
    policies: Directory[],
    data: Directory[] = [],
    config?: File,
    namespaces: string[] = [],
  ): Promise<Container> {
    const placed = [
      ...policies.map((folder, index) => ({ folder, at: `/policies/${index + 1}`, flag: "policy" })),
      ...data.map((folder, index) => ({ folder, at: `/data/${index + 1}`, flag: "data" })),
    ];
    const ready = placed.reduce(
      (container, { folder, at }) => container.withMountedDirectory(at, folder),
      this.tool().withMountedDirectory("/files", files),
    );
    const configured = config === undefined ? ready : ready.withMountedFile("/project/conftest.toml", config);
    return configured.withExec(
      [
        "/usr/local/bin/conftest",
        "test",
        "--output=json",
        "--no-color",
        "--no-fail=false",
        ...placed.map(({ at, flag }) => `--${flag}=${at}`),
        ...(namespaces.length > 0 ? namespaces.map((each) => `--namespace=${each}`) : await all(config)),
        "/files",
      ],
      { expect: ReturnType.Any, redirectStdout: "/reports/conftest.json" },
    );
  }

  private tool(): Container {
    // A policy may ask the web, and a conftest.toml may download policies: both fail on this proxy.
    const nowhere = "http://remote-policies-are-refused.invalid:9";
    return dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile("/usr/local/bin/conftest", dag.container().from(this.image).file("/conftest"))
      .withEnvVariable("HTTP_PROXY", nowhere)
      .withEnvVariable("HTTPS_PROXY", nowhere)
      .withDirectory("/reports", dag.directory())
      .withWorkdir("/project");
  }
}

/** Selects all packages unless a conftest.toml selects some: conftest by itself evaluates `main` only. */
async function all(config: File | undefined): Promise<string[]> {
  const text = (await config?.contents()) ?? "";
  return /^\s*"?(?:all-namespaces|namespace)"?\s*=/m.test(text) ? [] : ["--all-namespaces"];
}
