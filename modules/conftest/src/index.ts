import { Container, Directory, dag, File, func, object, ReturnType } from "@dagger.io/dagger";

/** Pinned here and nowhere else. */
export const pins = {
  image: "openpolicyagent/conftest:v0.71.1",
  base: "gcr.io/distroless/static-debian12",
};

/** Holds configuration files against policies in Rego with conftest, without a network. */
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
   * Holds files against policies. Returns the container after conftest ran, with /reports/conftest.json: for each file
   * and package of rules what failed, what is warned of and how many rules were evaluated. Its exit code is 0 when no
   * rule failed; 1 when one did or when conftest broke down, which then said so on stderr and left the report empty.
   *
   * A policy that asks the web gets no answer. Cached by content.
   * https://www.conftest.dev
   *
   * @param files a folder; conftest tells what each file in it is by its name's ending
   * @param policies folders with .rego files, those below them too
   * @param data folders with YAML or JSON that the policies read as data
   * @param config a conftest.toml; what the arguments say wins
   * @param namespaces packages of rules that count, e.g. main; by default those that config names, and without them all
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
    // A policy may ask the web, and a conftest.toml have policies downloaded: both fail on this proxy.
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

/** All packages, where a conftest.toml does not choose: by default conftest evaluates `main`, and passes over the rest. */
async function all(config: File | undefined): Promise<string[]> {
  const text = (await config?.contents()) ?? "";
  return /^\s*"?(?:all-namespaces|namespace)"?\s*=/m.test(text) ? [] : ["--all-namespaces"];
}
