import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { withUv, withUvTool } from "./uv-tool.ts";

/** Pinned here and nowhere else; uv comes out of its own image as a file, Semgrep from the package index. */
export const pins = { image: "python:3.13-slim", uv: "ghcr.io/astral-sh/uv:0.13.8", semgrep: "1.180.0" };

/**
 * Searches code for patterns with Semgrep, by rules that are handed in: it asks nobody for any. The container comes back
 * after Semgrep ran, with /reports/semgrep.json and Semgrep's own exit code.
 */
@object()
export class Semgrep {
  private image: string;
  private uv: string;

  /**
   * @param image image with Python at /usr/local/bin/python, Debian-based
   * @param uv image with uv at /uv, which installs Semgrep
   */
  constructor(image: string = pins.image, uv: string = pins.uv) {
    this.image = image;
    this.uv = uv;
  }

  /**
   * Runs `semgrep scan`. Report: /reports/semgrep.json. Exit code 0 with and without findings; anything else: broken
   * down, as on a rule that is none. The report's `errors` name files that could not be looked into.
   * https://semgrep.dev/docs/cli-reference
   *
   * @param source the code, with the .semgrepignore that holds for it
   * @param rules files and folders of rules
   * @param version Semgrep's version, from the package index
   */
  @func()
  scan(source: Directory, rules: Directory, version: string = pins.semgrep): Container {
    return withUvTool(withUv(this.image, this.uv), "semgrep", version)
      .withDirectory("/reports", dag.directory())
      .withEnvVariable("SEMGREP_SETTINGS_FILE", "/tmp/semgrep.yml")
      .withMountedDirectory("/rules", rules)
      .withMountedDirectory("/src", source)
      .withWorkdir("/src")
      .withExec(
        [
          "semgrep",
          "scan",
          "--config=/rules",
          "--metrics=off",
          "--disable-version-check",
          "--oss-only",
          "--no-git-ignore",
          "--quiet",
          "--json-output=/reports/semgrep.json",
          ".",
        ],
        { expect: ReturnType.Any },
      );
  }
}
