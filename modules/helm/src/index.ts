import { Container, Directory, dag, File, func, object, ReturnType } from "@dagger.io/dagger";
import { codedError, lastLines, shown } from "./errors.ts";

/** Pinned here and nowhere else. */
export const pins = {
  image: "alpine/helm:3.22.0",
  base: "gcr.io/distroless/static-debian12",
  kubernetes: "1.37",
};

const helm = "/usr/local/bin/helm";

/**
 * Renders and lints Helm charts, without a network and without a cluster: what a chart depends on has to be in its
 * charts/ folder, or be a chart of the same source that it names by file://.
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
   * Renders a chart with `helm template`, CRDs and hooks included. Fails with CHART_DEPENDENCY_MISSING when a chart that
   * it depends on is not in charts/, or not of the version that it asks for; with PATH_OUTSIDE_SOURCE or
   * ARGUMENT_INVALID on an argument; with TOOL_FAILED and Helm's words when it does not render. A lookup finds nothing,
   * for there is no cluster. Cached by content.
   * https://helm.sh/docs/helm/helm_template/
   *
   * @param source the folder that holds the chart and the charts that it names by file://; smaller is faster
   * @param chart the chart's folder, relative to source
   * @param values files with values, the last one winning; the chart's own values.yaml is always the first
   * @param release name of the release; release-name by default
   * @param kubernetes version of Kubernetes that the chart is told, as 1.N; 1.37 by default
   * @param apiVersions APIs that the chart is told the cluster has besides the built-in ones, e.g.
   *   monitoring.coreos.com/v1
   * @param build charts that name others by file:// and do not hold them in charts/ yet, relative to source: these
   *   are packed into it first, in this order
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
   * Examines a chart with `helm lint`. Returns the container after Helm ran, with its words in /reports/helm-lint.txt;
   * its exit code is 0 without an error, 1 with one. Fails as `template` does where the dependencies cannot be had.
   * https://helm.sh/docs/helm/helm_lint/
   *
   * @param source the folder that holds the chart and the charts that it names by file://; smaller is faster
   * @param chart the chart's folder, relative to source
   * @param values files with values, the last one winning
   * @param kubernetes version of Kubernetes that deprecated APIs are told by, as 1.N; 1.37 by default
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

  /** Helm in the chart's folder, with the charts of the source that it depends on packed into it. */
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
    // Dependencies and schemas of values may be URLs: Helm then fails on this proxy, and its message says why.
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

/** A name of ours: Helm splits what it is given at commas, and a file's own name may hold any. */
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
    `${shown(kubernetes)} is not a version of Kubernetes`,
    `Give it as 1.N, e.g. ${pins.kubernetes}.`,
  );
}

function inSource(folder: string): string {
  const outside = folder.startsWith("/") || folder.split("/").includes("..") || folder.includes("\0");
  if (!outside) return folder === "." ? "/src" : `/src/${folder}`;
  throw codedError(
    "PATH_OUTSIDE_SOURCE",
    `${shown(folder)} leads out of the source`,
    "Name a folder within it.",
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
        "Nothing is downloaded: run helm dependency update and commit what it puts into charts/.",
      )
    : codedError("TOOL_FAILED", what, "Mend the chart until helm template renders it.");
}

type ExecError = Error & { cmd: string[]; exitCode: number; stderr: string };

// The message of an ExecError says no more than the exit code, and only the message leaves a module. Told by its
// fields, since the SDK that a module is given at run time does not export the class.
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
