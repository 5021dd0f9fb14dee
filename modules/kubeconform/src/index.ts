import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { locations } from "./locations.ts";
import { packing, requirePacked, versionFolder, wheel } from "./schema-pack.ts";

/** Pinned here and in packed.ts, and nowhere else. */
export const pins = {
  image: "ghcr.io/yannh/kubeconform:v0.8.0",
  base: "gcr.io/distroless/static-debian12",
  python: "python:3.13-slim",
  kubernetes: "1.37",
};

/**
 * Holds Kubernetes manifests against the schemas of their kinds with kubeconform, without a network: the schemas of
 * the built-in kinds are packed with the module, those of custom resources are handed in.
 */
@object()
export class Kubeconform {
  private image: string;
  private base: string;
  private python: string;

  /**
   * @param image image with kubeconform at /kubeconform
   * @param base image that kubeconform runs in; needs no shell
   * @param python image with Python and pip, which the packed schemas are had with
   */
  constructor(image: string = pins.image, base: string = pins.base, python: string = pins.python) {
    this.image = image;
    this.base = base;
    this.python = python;
  }

  /**
   * Holds each object of each manifest against the schema of its kind; unknown fields and doubled keys are findings
   * too. Returns the container after kubeconform ran, with /reports/kubeconform.json: every object, and what is wrong
   * with it. Its exit code is 0 when nothing is, 1 when something is or when kubeconform broke down, which then said
   * so on stderr and left the report empty. An object of a kind without a schema is an error in the report.
   *
   * Fails with ARGUMENT_INVALID on a version of Kubernetes that there are no schemas of. Has no network, so a schema
   * that refers to the web counts as missing. Cached by content.
   * https://github.com/yannh/kubeconform
   *
   * @param manifests a folder; every file in it that ends in .yaml, .yml or .json is read, each with any number of
   *   objects
   * @param kubernetes version of Kubernetes, as 1.N; 1.37 by default, 1.25 to 1.37 are packed
   * @param schemas more schemas, looked into first. For custom resources as GROUP/KIND_VERSION.json,
   *   KIND-GROUP-VERSION.json or KIND_VERSION.json, all in lower case; with a folder v1.N.0-standalone-strict for the
   *   built-in kinds, nothing is packed and the package index is not asked
   * @param skip kinds that are not looked at: Kind, or GROUP/VERSION/Kind as in cert-manager.io/v1/Certificate
   */
  @func()
  async validate(
    manifests: Directory,
    kubernetes: string = pins.kubernetes,
    schemas?: Directory,
    skip: string[] = [],
  ): Promise<Container> {
    const folder = `${versionFolder(kubernetes)}-standalone-strict`;
    const hasOwn = schemas !== undefined && (await schemas.exists(folder));
    return this.tool()
      .withMountedDirectory("/schemas/own", schemas ?? dag.directory())
      .withMountedDirectory("/schemas/packed", hasOwn ? dag.directory() : this.schemas(kubernetes))
      .withMountedDirectory("/manifests", manifests)
      .withExec(
        [
          "/usr/local/bin/kubeconform",
          "-output=json",
          "-summary",
          "-verbose",
          "-strict",
          // With several workers the report has an order of its own at every run.
          "-n=1",
          `-kubernetes-version=${kubernetes}.0`,
          ...locations.map((location) => `-schema-location=${location}`),
          ...(skip.length === 0 ? [] : [`-skip=${skip.join(",")}`]),
          "/manifests",
        ],
        { expect: ReturnType.Any, redirectStdout: "/reports/kubeconform.json" },
      );
  }

  /**
   * Gives the packed schemas of the built-in kinds: a folder v1.N.0-standalone-strict, as `validate` takes it handed in.
   * They are those of the package kubernetes-validate, told by its digest. Fails with ARGUMENT_INVALID when that
   * version is not packed, and with pip's words when the package index cannot be asked.
   *
   * @param kubernetes version of Kubernetes, as 1.N; 1.37 by default
   */
  @func()
  schemas(kubernetes: string = pins.kubernetes): Directory {
    const version = versionFolder(kubernetes);
    requirePacked(kubernetes);
    return dag
      .container()
      .from(this.python)
      .withNewFile("/requirements.txt", wheel.requirement)
      .withExec([
        "pip",
        "install",
        "--no-deps",
        "--no-compile",
        "--no-cache-dir",
        "--only-binary=:all:",
        "--require-hashes",
        "--target=/wheel",
        "--requirement=/requirements.txt",
      ])
      .withExec(["python", "-I", "-c", packing, "/wheel", version, "/schemas"])
      .directory("/schemas");
  }

  private tool(): Container {
    // A schema handed in may refer to the web: kubeconform then fails on this proxy, and takes the schema for missing.
    const nowhere = "http://remote-schemas-are-refused.invalid:9";
    return dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile("/usr/local/bin/kubeconform", dag.container().from(this.image).file("/kubeconform"))
      .withEnvVariable("HTTP_PROXY", nowhere)
      .withEnvVariable("HTTPS_PROXY", nowhere)
      .withDirectory("/reports", dag.directory());
  }
}
