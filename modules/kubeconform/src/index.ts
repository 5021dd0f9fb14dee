import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { locations } from "./locations.ts";
import { packing, requirePacked, versionFolder, wheel } from "./schema-pack.ts";

/** Pinned here and in schema-pack.ts only. */
export const pins = {
  image: "ghcr.io/yannh/kubeconform:v0.8.0",
  base: "gcr.io/distroless/static-debian12",
  python: "python:3.13-slim",
  kubernetes: "1.37",
};

/**
 * Checks Kubernetes manifests against the schemas of their kinds with kubeconform, without a network.
 *
 * The schemas of the built-in kinds are packed with the module. Pass those of custom resources as an argument.
 */
@object()
export class Kubeconform {
  private image: string;
  private base: string;
  private python: string;

  /**
   * @param image image with kubeconform at /kubeconform
   * @param base image that kubeconform runs in; needs no shell
   * @param python image with Python and pip, which install the packed schemas
   */
  constructor(image: string = pins.image, base: string = pins.base, python: string = pins.python) {
    this.image = image;
    this.base = base;
    this.python = python;
  }

  /**
   * Checks each object of each manifest against the schema of its kind.
   *
   * Unknown fields and duplicate keys are findings too. Returns the container after kubeconform ran. Report:
   * /reports/kubeconform.json, with every object and its faults. Exit codes of the container:
   * - 0: every object is valid
   * - 1: an object is invalid; with an empty report, kubeconform itself failed, and stderr says why
   *
   * An object of a kind without a schema is an error in the report. There is no network, so a schema that
   * refers to the web counts as missing. Fails with ARGUMENT_INVALID on a version of Kubernetes without schemas.
   * Cached by content.
   * https://github.com/yannh/kubeconform
   *
   * @param manifests a folder; every .yaml, .yml and .json file in it is read, each with any number of objects
   * @param kubernetes version of Kubernetes, as 1.N; schemas of 1.25 to 1.37 are packed
   * @param schemas more schemas, which kubeconform searches first. For a custom resource the file is
   *   GROUP/KIND_VERSION.json, KIND-GROUP-VERSION.json or KIND_VERSION.json, in lower case. With a folder
   *   v1.N.0-standalone-strict for the built-in kinds, the packed schemas are not used, and the package index is not
   *   asked
   * @param skip kinds to skip: Kind, or GROUP/VERSION/Kind as in cert-manager.io/v1/Certificate
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
          // With several workers the order of the report differs from run to run.
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
   * Returns the packed schemas of the built-in kinds.
   *
   * They are a folder v1.N.0-standalone-strict, as validate accepts it. They come from the Python package
   * kubernetes-validate, pinned by its hash. Fails with ARGUMENT_INVALID when that version is not packed, and with
   * pip's words when the package index does not answer.
   * https://github.com/yannh/kubeconform#overriding-schemas-location
   *
   * @param kubernetes version of Kubernetes, as 1.N
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
    // A schema from the caller may refer to the web: kubeconform then fails on this proxy, and counts the schema as missing.
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
