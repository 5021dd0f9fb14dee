import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { withUvTool } from "./uv-tool.ts";

/** Pinned here only. uv is a file from its own image; Semgrep comes from the package index. */
export const pins = { image: "python:3.13-slim", uv: "ghcr.io/astral-sh/uv:0.13.8", semgrep: "1.180.0" };

/**
 * Searches code for patterns with Semgrep, by the rules that you pass.
 *
 * It downloads no rules.
 */
@object()
export class Semgrep {
  private image: string;
  private uv: string;

  /**
   * @param image image with Python at /usr/local/bin/python, Debian-based, in which Semgrep runs
   * @param uv image with uv at /uv, which installs Semgrep
   */
  constructor(image: string = pins.image, uv: string = pins.uv) {
    this.image = image;
    this.uv = uv;
  }

  /**
   * Checks code against Semgrep rules.
   *
   * Returns the container after Semgrep ran. Report: /reports/semgrep.json; its `errors` name the files that Semgrep
   * could not check. Exit codes of the container:
   * - 0: the report lists the findings, if any
   * - other: Semgrep itself failed, for example on an invalid rule
   *
   * The call fails only when Semgrep cannot be installed, or with ARGUMENT_INVALID for an invalid version. Semgrep
   * sends nothing anywhere. Cached by content.
   * https://semgrep.dev/docs/cli-reference
   *
   * @param source the code, with the .semgrepignore that applies to it
   * @param rules a folder of rule files, also in folders below
   * @param version Semgrep's version, from the package index
   */
  @func()
  scan(source: Directory, rules: Directory, version: string = pins.semgrep): Container {
    return withUvTool({ image: this.image, uv: this.uv }, "semgrep", version)
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
