import { Container, Directory, dag, File, func, object, ReturnType } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";

/** Pinned here only. */
export const pins = {
  image: "ghcr.io/opentofu/opentofu:1.12.6-minimal",
  tflint: "ghcr.io/terraform-linters/tflint:v0.64.0",
  base: "gcr.io/distroless/static-debian12",
  differ: "debian:bookworm-slim",
};

const tofu = "/usr/local/bin/tofu";
const tflint = "/usr/local/bin/tflint";

/**
 * Checks OpenTofu and Terraform configurations, and plans what they would change.
 *
 * Each function returns the container after the tool ran, with its report in /reports and the tool's own exit code. A
 * finding never makes the call fail. A call fails with PATH_OUTSIDE_SOURCE when path is absolute or contains
 * `..`.
 */
@object()
export class Tofu {
  private image: string;
  private tflint: string;
  private base: string;
  private differ: string;

  /**
   * @param image image with OpenTofu at /usr/local/bin/tofu
   * @param tflint image with tflint at /usr/local/bin/tflint
   * @param base image that both run in; needs no shell, only root certificates and /tmp, and git for modules from git
   *   repositories
   * @param differ image with the program diff, which OpenTofu calls to show differences in format
   */
  constructor(
    image: string = pins.image,
    tflint: string = pins.tflint,
    base: string = pins.base,
    differ: string = pins.differ,
  ) {
    this.image = image;
    this.tflint = tflint;
    this.base = base;
    this.differ = differ;
  }

  /**
   * Checks the format of a folder with `tofu fmt`.
   *
   * Report: /reports/tofu-fmt.diff, with the changes that the formatter would make. Exit codes of the container:
   * - 0: formatted
   * - 3: not formatted
   * - 2: a file cannot be parsed
   *
   * Cached by content.
   * https://opentofu.org/docs/cli/commands/fmt/
   *
   * @param source a folder with the configuration; a small folder is faster
   * @param path the folder to check, without folders below it, relative to source
   */
  @func()
  format(source: Directory, path: string = "."): Container {
    return this.tool(source, path, dag.container().from(this.differ)).withExec(
      [tofu, "fmt", "-check", "-diff", "-no-color"],
      {
        expect: ReturnType.Any,
        redirectStdout: "/reports/tofu-fmt.diff",
      },
    );
  }

  /**
   * Initializes a configuration without its backend.
   *
   * It installs modules and providers, from the web unless they are local. Report: /reports/tofu-init.txt, with
   * OpenTofu's output. Exit code of the container: that of `tofu init`. Cached by content, with the providers.
   * https://opentofu.org/docs/cli/commands/init/
   *
   * @param source a folder with the configuration and the local modules that it calls
   * @param path the configuration's folder, relative to source
   */
  @func()
  init(source: Directory, path: string = "."): Container {
    return this.initialized(source, path);
  }

  /**
   * Validates a configuration with `tofu validate`, after init.
   *
   * Report: /reports/tofu-validate.json. Exit codes of the container:
   * - 0: valid
   * - 1: not valid, or not initialized: then the exit code of init is not 0
   *
   * Cached by content.
   * https://opentofu.org/docs/cli/commands/validate/
   *
   * @param source as in init
   * @param path as in init
   */
  @func()
  validate(source: Directory, path: string = "."): Container {
    return this.init(source, path).withExec([tofu, "validate", "-json", "-no-color"], {
      expect: ReturnType.Any,
      redirectStdout: "/reports/tofu-validate.json",
    });
  }

  /**
   * Lints a folder with tflint.
   *
   * Report: /reports/tflint.json. Exit codes of the container:
   * - 0: nothing found
   * - 2: the report lists the issues
   * - 1: tflint itself failed, and the report says why
   *
   * tflint downloads the plugins that config lists from GitHub. Fails with PLUGIN_UNAVAILABLE when that is not
   * possible. Cached by content.
   * https://github.com/terraform-linters/tflint
   *
   * @param source a folder with the configuration and the local modules that it calls
   * @param path the folder to lint, relative to source
   * @param config a .tflint.hcl; default: only the bundled rules of the Terraform language
   */
  @func()
  async lint(source: Directory, path: string = ".", config?: File): Promise<Container> {
    const bare = dag
      .container()
      .from(this.base)
      .withUser("0")
      .withFile(tflint, dag.container().from(this.tflint).file("/usr/local/bin/tflint"))
      .withEnvVariable("HOME", "/root")
      .withDirectory("/reports", dag.directory())
      .withWorkdir("/config");
    const configured = config === undefined ? bare : await withTflintPlugins(bare, config);
    return configured
      .withMountedDirectory("/src", source)
      .withWorkdir(inSource(path))
      .withExec(
        [tflint, "--format=json", ...(config === undefined ? [] : ["--config=/config/.tflint.hcl"])],
        { expect: ReturnType.Any, redirectStdout: "/reports/tflint.json" },
      );
  }

  /**
   * Plans what a configuration would change, with its backend and without locking the state.
   *
   * Returns the container after `tofu plan` ran. Reports: /reports/tofu-plan.txt for people, without sensitive
   * values; /reports/tofu-plan.jsonl for programs, with addresses and no values. Exit codes of the container:
   * - 0: planned
   * - 1: OpenTofu failed, and stderr says why
   *
   * The call fails when `tofu init` fails. It asks the backend and the providers, so it is never cached.
   * https://opentofu.org/docs/cli/commands/plan/
   *
   * @param source as in init
   * @param path as in init
   * @param environment a container whose environment variables hold the credentials; default: no credentials
   */
  @func({ cache: "never" })
  async plan(source: Directory, path: string = ".", environment?: Container): Promise<Container> {
    const run = crypto.randomUUID();
    // Providers are installed before this, once for each content, and the second init finds them. Modules can move.
    const ready = this.initialized(source, path, environment)
      .withEnvVariable("SLIPWAY_RUN", run)
      .withExec([tofu, "get", "-update", "-no-color"], { expect: ReturnType.Any });
    const planned = ready.withExec([tofu, "init", "-input=false", "-no-color"]).withExec(
      [
        tofu,
        "plan",
        "-input=false",
        "-lock=false",
        "-no-color",
        // The plan itself as JSON has sensitive values in plain text, and the log shows everything that is printed.
        "-json-into=/reports/tofu-plan.jsonl",
      ],
      { expect: ReturnType.Any, redirectStdout: "/reports/tofu-plan.txt" },
    );
    return planned.sync();
  }

  /** Returns the image that both tools run in, to add credentials to it for plan. */
  @func()
  environment(): Container {
    return dag.container().from(this.base).withUser("0");
  }

  private tool(source: Directory, path: string, environment?: Container): Container {
    return (environment ?? this.environment())
      .withFile(tofu, dag.container().from(this.image).file("/usr/local/bin/tofu"))
      .withEnvVariable("CHECKPOINT_DISABLE", "1")
      .withEnvVariable("TF_IN_AUTOMATION", "1")
      .withDirectory("/reports", dag.directory())
      .withMountedDirectory("/src", source)
      .withWorkdir(inSource(path));
  }

  /**
   * No cache outlives this: a configuration runs providers and commands of its own, which could change what another
   * configuration finds there.
   */
  private initialized(source: Directory, path: string, environment?: Container): Container {
    return this.tool(source, path, environment).withExec(
      [tofu, "init", "-backend=false", "-input=false", "-no-color"],
      { expect: ReturnType.Any, redirectStdout: "/reports/tofu-init.txt" },
    );
  }
}

async function withTflintPlugins(bare: Container, config: File): Promise<Container> {
  const initialised = bare
    .withFile("/config/.tflint.hcl", config)
    .withExec([tflint, "--init"], { expect: ReturnType.Any });
  const exitCode = await initialised.exitCode();
  if (exitCode === 0) return initialised;
  const words = `${await initialised.stdout()}\n${await initialised.stderr()}`;
  throw codedError(
    "PLUGIN_UNAVAILABLE",
    `tflint --init ended with exit code ${exitCode}: ${shown(words.trim(), 800)}`,
    "Correct .tflint.hcl, and check that the engine can reach github.com, where the plugins come from.",
  );
}

function inSource(folder: string): string {
  const outside = folder.startsWith("/") || folder.split("/").includes("..") || folder.includes("\0");
  if (!outside) return folder === "." ? "/src" : `/src/${folder}`;
  throw codedError(
    "PATH_OUTSIDE_SOURCE",
    `path: ${shown(folder)} is outside of the source`,
    "Set it to a folder in the source, relative to its top and without '..'.",
  );
}
