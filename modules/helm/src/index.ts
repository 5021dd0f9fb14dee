import { Container, Directory, dag, File, func, object, ReturnType } from "@dagger.io/dagger";
import { codedError, lastLines, shown } from "./errors.ts";

/** Pinned here only. */
export const pins = {
  image: "alpine/helm:3.22.0",
  base: "gcr.io/distroless/static-debian12",
  kubernetes: "1.37",
};

const helm = "/usr/local/bin/helm";

/**
 * Renders and lints Helm charts, without a network and without a cluster.
 *
 * The dependencies of a chart must be in its charts/ folder, or be charts in the same source that it names by
 * file://.
 */
@object()
export class Helm {
  private image: string;
  private base: string;

  /**
   * @param image image with Helm at /usr/bin/helm
   * @param base image that Helm runs in; needs no shell
   */
  constructor(image: string = pins.image, base: string = pins.base) {
    this.image = image;
    this.base = base;
  }

  /**
   * Renders a chart with `helm template`, including CRDs and hooks.
   *
   * Fails with CHART_DEPENDENCY_MISSING when a dependency is not in charts/, or has another version than the chart
   * requires. Fails with PATH_OUTSIDE_SOURCE on a path and with ARGUMENT_INVALID on the version of Kubernetes. Fails
   * with TOOL_FAILED and Helm's own words when Helm cannot render the chart.
   *
   * The function lookup of a template finds nothing, because there is no cluster. Cached by content.
   * https://helm.sh/docs/helm/helm_template/
   *
   * @param source a folder with the chart and with the charts that it names by file://; a small folder is faster
   * @param chart the chart's folder, relative to source
   * @param values files of values, the last one wins; the chart's own values.yaml always comes first
   * @param release name of the release
   * @param kubernetes version of Kubernetes that Helm reports to the chart, as 1.N
   * @param apiVersions APIs that Helm reports to the chart in addition to the built-in ones, e.g.
   *   monitoring.coreos.com/v1
   * @param build folders of charts, relative to source, whose file:// dependencies are not yet in charts/; they are
   *   packed into charts/ first, in this order
   * @returns the manifests as one YAML stream
   */
  @func()
  async template(
    source: Directory,
    chart: string,
    values: File[] = [],
    release: string = "release-name",
    kubernetes: string = pins.kubernetes,
    apiVersions: string[] = [],
    build: string[] = [],
  ): Promise<File> {
    const manifests = this.ready(source, chart, values, build)
      .withExec(
        [
          helm,
          "template",
          "--include-crds",
          `--kube-version=${version(kubernetes)}`,
          ...apiVersions.map((each) => `--api-versions=${each}`),
          ...valueFlags(values),
          "--",
          release,
          ".",
        ],
        { redirectStdout: "/manifests.yaml" },
      )
      .file("/manifests.yaml");
    try {
      return await manifests.sync();
    } catch (error) {
      throw isExecError(error) ? refusal(chart, error) : error;
    }
  }

  /**
   * Checks a chart with `helm lint`.
   *
   * Returns the container after Helm ran. Report: /reports/helm-lint.txt, with Helm's messages. Exit code of the
   * container: 0 without an error, 1 with an error. Fails as template does on a dependency, a path or the version.
   * Cached by content.
   * https://helm.sh/docs/helm/helm_lint/
   *
   * @param source a folder with the chart and with the charts that it names by file://; a small folder is faster
   * @param chart the chart's folder, relative to source
   * @param values files of values, the last one wins
   * @param kubernetes version of Kubernetes for which deprecated APIs are reported, as 1.N
   * @param build as in template
   */
  @func()
  async lint(
    source: Directory,
    chart: string,
    values: File[] = [],
    kubernetes: string = pins.kubernetes,
    build: string[] = [],
  ): Promise<Container> {
    const ready = this.ready(source, chart, values, build);
    try {
      await ready.sync();
    } catch (error) {
      throw isExecError(error) ? refusal(chart, error) : error;
    }
    return ready.withExec(
      [helm, "lint", `--kube-version=${version(kubernetes)}`, ...valueFlags(values), "."],
      {
        expect: ReturnType.Any,
        redirectStdout: "/reports/helm-lint.txt",
      },
    );
  }

  /** Helm in the chart's folder, after the packing of the charts in build. */
  private ready(source: Directory, chart: string, values: File[], build: string[]): Container {
    const placed = values.reduce(
      (container, file, index) => container.withMountedFile(valueFile(index), file),
      this.tool().withMountedDirectory("/src", source),
    );
    const built = build.reduce(
      (container, each) =>
        container.withWorkdir(inSource(each)).withExec([helm, "dependency", "build", "--skip-refresh", "."]),
      placed,
    );
    return built.withWorkdir(inSource(chart));
  }

  private tool(): Container {
    // A dependency or a schema of values may be a URL: Helm then fails on this proxy, whose name tells why.
    const nowhere = "http://remote-charts-are-refused.invalid:9";
    return dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile(helm, dag.container().from(this.image).file("/usr/bin/helm"))
      .withEnvVariable("HELM_CACHE_HOME", "/tmp/helm/cache")
      .withEnvVariable("HELM_CONFIG_HOME", "/tmp/helm/config")
      .withEnvVariable("HELM_DATA_HOME", "/tmp/helm/data")
      .withEnvVariable("HTTP_PROXY", nowhere)
      .withEnvVariable("HTTPS_PROXY", nowhere)
      .withDirectory("/reports", dag.directory());
  }
}

/** A name of our own: Helm splits its argument at commas, and a file's name may contain one. */
function valueFile(index: number): string {
  return `/values/${index + 1}.yaml`;
}

function valueFlags(values: readonly File[]): string[] {
  return values.map((_, index) => `--values=${valueFile(index)}`);
}

function version(kubernetes: string): string {
  if (/^1\.\d{1,3}$/.test(kubernetes)) return `${kubernetes}.0`;
  throw codedError(
    "ARGUMENT_INVALID",
    `kubernetes: ${shown(kubernetes)} is not a version of Kubernetes`,
    `Set it to 1.N, e.g. ${pins.kubernetes}.`,
  );
}

function inSource(folder: string): string {
  const outside = folder.startsWith("/") || folder.split("/").includes("..") || folder.includes("\0");
  if (!outside) return folder === "." ? "/src" : `/src/${folder}`;
  throw codedError(
    "PATH_OUTSIDE_SOURCE",
    `${shown(folder)} is outside of the source`,
    "Set it to a folder in the source, relative to its top and without '..'.",
  );
}

function refusal(chart: string, { cmd, exitCode, stderr }: ExecError): Error {
  const isBuild = cmd.includes("dependency");
  const command = isBuild ? "dependency build" : "template";
  const what = `helm ${command} of ${shown(chart)} ended with exit code ${exitCode}: ${lastLines(stderr)}`;
  return isBuild || stderr.includes("missing in charts/ directory")
    ? codedError(
        "CHART_DEPENDENCY_MISSING",
        what,
        "Run `helm dependency update` and commit charts/, because nothing is downloaded here.",
      )
    : codedError("TOOL_FAILED", what, "Correct the chart until `helm template` renders it.");
}

type ExecError = Error & { cmd: string[]; exitCode: number; stderr: string };

// The message of an ExecError holds the exit code only, and only the message leaves a module. Recognized by its fields,
// because the SDK that a module gets at run time does not export the class.
function isExecError(error: unknown): error is ExecError {
  return (
    error instanceof Error &&
    "exitCode" in error &&
    "cmd" in error &&
    Array.isArray(error.cmd) &&
    "stderr" in error &&
    typeof error.stderr === "string"
  );
}
