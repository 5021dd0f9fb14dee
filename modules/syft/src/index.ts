import { Container, Directory, dag, File, func, object } from "@dagger.io/dagger";

/** Pinned here only. */
export const pins = { image: "anchore/syft:v1.52.0", base: "gcr.io/distroless/static-debian12" };

/**
 * Lists the contents of an image or a folder as a software bill of materials (SBOM) with Syft.
 *
 * Both functions return the container after Syft ran, and fail when Syft fails. Reports: /reports/sbom.spdx.json
 * (SPDX 2.3), /reports/sbom.cdx.json (CycloneDX 1.6), and /reports/sbom.syft.json (Syft's own, with the image's
 * digest). Cached by content.
 */
@object()
export class Syft {
  private image: string;
  private base: string;

  /**
   * @param image image with Syft at /syft
   * @param base image that Syft runs in; needs no shell, only root certificates and /tmp
   */
  constructor(image: string = pins.image, base: string = pins.base) {
    this.image = image;
    this.base = base;
  }

  /**
   * Lists the packages of an image, from all layers as a container sees them.
   *
   * https://github.com/anchore/syft
   *
   * @param archive the image as an OCI archive (Container.asTarball)
   * @param name the name of the image in the SBOM
   * @param version the version of the image in the SBOM; default: none
   */
  @func()
  imageSbom(archive: File, name: string = "image", version: string = ""): Container {
    const tool = this.tool().withMountedFile("/input/image.tar", archive);
    return describe(tool, "oci-archive:/input/image.tar", name, version);
  }

  /**
   * Lists the packages of a folder: lock files, installed packages, binaries.
   *
   * https://github.com/anchore/syft
   *
   * @param source the folder
   * @param name the name of the folder in the SBOM
   * @param version the version of the folder in the SBOM; default: none
   */
  @func()
  directorySbom(source: Directory, name: string = "source", version: string = ""): Container {
    return describe(this.tool().withMountedDirectory("/input", source), "dir:/input", name, version);
  }

  /** Names the image that Syft comes from, with its current digest. */
  @func()
  reference(): Promise<string> {
    return dag.container().from(this.image).imageRef();
  }

  private tool(): Container {
    return dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile("/usr/local/bin/syft", dag.container().from(this.image).file("/syft"))
      .withEnvVariable("SYFT_CHECK_FOR_APP_UPDATE", "false")
      .withDirectory("/reports", dag.directory());
  }
}

function describe(tool: Container, input: string, name: string, version: string): Container {
  return tool.withExec([
    "/usr/local/bin/syft",
    "scan",
    input,
    `--source-name=${name}`,
    ...(version === "" ? [] : [`--source-version=${version}`]),
    "--output=spdx-json@2.3=/reports/sbom.spdx.json",
    "--output=cyclonedx-json@1.6=/reports/sbom.cdx.json",
    "--output=syft-json=/reports/sbom.syft.json",
    "--quiet",
  ]);
}
