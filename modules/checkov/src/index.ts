import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { withUvTool } from "./uv-tool.ts";

/** Pinned here only. uv is a file from its own image; Checkov comes from the package index. */
export const pins = {
  image: "python:3.13-slim",
  uv: "ghcr.io/astral-sh/uv:0.13.8",
  checkov: "3.3.30",
};

/** Checks infrastructure files against the policies that come with Checkov, without downloads. */
@object()
export class Checkov {
  private image: string;
  private uv: string;

  /**
   * @param image image with Python at /usr/local/bin/python, Debian-based, in which Checkov runs
   * @param uv image with uv at /uv, which installs Checkov
   */
  constructor(image: string = pins.image, uv: string = pins.uv) {
    this.image = image;
    this.uv = uv;
  }

  /**
   * Checks a folder against Checkov's policies.
   *
   * Returns the container after Checkov ran. Report: /reports/checkov.json, with each failed policy, its place, and
   * the files that Checkov could not parse. A .checkov.yaml in the folder applies, and so do comments that skip a
   * policy.
   *
   * Exit codes of the container:
   * - 0: no policy failed, or .checkov.yaml sets soft-fail
   * - 1: a policy failed; with an empty report, Checkov itself failed
   * - 2: Checkov itself failed, for example on its settings
   *
   * The call fails only when Checkov cannot be installed, or with ARGUMENT_INVALID for an invalid version. Checkov
   * has no network while it runs: it loads no modules from the web and sends nothing. Cached by content.
   * https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
   *
   * @param source the folder
   * @param frameworks the kinds of files to check, e.g. terraform
   * @param version Checkov's version, from the package index
   */
  @func()
  scan(source: Directory, frameworks: string[] = ["terraform"], version: string = pins.checkov): Container {
    return (
      withUvTool({ image: this.image, uv: this.uv }, "checkov", version)
        // From here on Checkov has no network.
        .withEnvVariable("HTTPS_PROXY", nowhere)
        .withEnvVariable("HTTP_PROXY", nowhere)
        .withEnvVariable("CHECKOV_RUN_SCA_PACKAGE_SCAN_V2", "false")
        .withDirectory("/reports", dag.directory())
        .withMountedDirectory("/src", source)
        .withWorkdir("/src")
        .withExec(
          [
            "checkov",
            "--directory=.",
            ...frameworks.flatMap((each) => ["--framework", each]),
            "--output=json",
            "--compact",
            "--quiet",
            "--skip-download",
            "--download-external-modules=false",
          ],
          { expect: ReturnType.Any, redirectStdout: "/reports/checkov.json" },
        )
    );
  }
}

const nowhere = "http://nothing-is-downloaded.invalid:9";
