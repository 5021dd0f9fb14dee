import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { withUv, withUvTool } from "./uv-tool.ts";

/** Pinned here and nowhere else; uv comes out of its own image as a file, Checkov from the package index. */
export const pins = {
  image: "python:3.13-slim",
  uv: "ghcr.io/astral-sh/uv:0.13.8",
  checkov: "3.3.30",
};

/** Holds infrastructure files against the policies that come with Checkov, without asking the web for more. */
@object()
export class Checkov {
  private image: string;
  private uv: string;

  /**
   * @param image image with Python at /usr/local/bin/python
   * @param uv image with uv at /uv
   */
  constructor(image: string = pins.image, uv: string = pins.uv) {
    this.image = image;
    this.uv = uv;
  }

  /**
   * Scans a folder. Returns the container after Checkov ran, with /reports/checkov.json: what failed, of which rule and
   * where, and which files cannot be parsed. Its exit code is 0 when nothing failed; 1 when something did, and 2 when
   * Checkov broke down. A .checkov.yaml in the folder holds, and so do the comments in the files that skip a rule.
   *
   * Modules from the web are not looked into; nothing is sent anywhere. Cached by content.
   * https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
   *
   * @param source the folder
   * @param frameworks kinds of files that are looked at, e.g. terraform
   * @param version Checkov's version
   */
  @func()
  scan(source: Directory, frameworks: string[] = ["terraform"], version: string = pins.checkov): Container {
    return (
      withUvTool(withUv(this.image, this.uv), "checkov", version)
        // From here on there is no network for it to ask.
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
