import {
  CacheSharingMode,
  Container,
  Directory,
  dag,
  File,
  func,
  object,
  ReturnType,
} from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";

/** Pinned here and nowhere else. */
export const pins = {
  image: "ghcr.io/opentofu/opentofu:1.12.6-minimal",
  tflint: "ghcr.io/terraform-linters/tflint:v0.64.0",
  base: "gcr.io/distroless/static-debian12",
  differ: "debian:bookworm-slim",
};

const tofu = "/usr/local/bin/tofu";
const tflint = "/usr/local/bin/tflint";

/**
 * Checks OpenTofu and Terraform configurations, and plans what they would change. Each verb returns the container after
 * the tool ran, with its report in /reports and the tool's own exit code: evidence, no judgement.
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
   * @param base image that both run in; needs no shell, only root certificates and /tmp, and git where modules come
   *   from git repositories
   * @param differ image with diff, which OpenTofu shows its formatting by
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
   * Checks a folder's format with `tofu fmt`: /reports/tofu-fmt.diff has what it would change. Exit code 0: nothing;
   * 3: something; 2: a file cannot be parsed. Cached by content.
   * https://opentofu.org/docs/cli/commands/fmt/
   *
   * @param source a folder with the configuration; fewer files are faster
   * @param path the folder that is checked, without those below it, relative to source
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
   * Initialises a configuration without its backend: puts in modules and providers, from the web where they are not
   * local. /reports/tofu-init.txt has what it said. Providers are kept in a cache volume. Cached by content.
   * https://opentofu.org/docs/cli/commands/init/
   *
   * @param source a folder with the configuration and the local modules that it calls
   * @param path the configuration's folder, relative to source
   */
  @func()
  init(source: Directory, path: string = "."): Container {
    return this.withPlugins(this.tool(source, path)).withExec(
      [tofu, "init", "-backend=false", "-input=false", "-no-color"],
      { expect: ReturnType.Any, redirectStdout: "/reports/tofu-init.txt" },
    );
  }

  /**
   * Validates a configuration: /reports/tofu-validate.json has what is wrong with it. Exit code 0: valid; 1: not, or
   * not initialised, which the exit code of `init` tells. Cached by content.
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
   * Lints a folder with tflint: /reports/tflint.json. Exit code 0: nothing found; 2: issues; 1: it broke down, and the
   * report says why. Plugins that the settings name are downloaded from their GitHub releases; fails with
   * PLUGIN_UNAVAILABLE where they cannot be. Cached by content.
   * https://github.com/terraform-linters/tflint
   *
   * @param source a folder with the configuration and the local modules that it calls
   * @param path the folder that is linted, relative to source
   * @param config a .tflint.hcl; without it the rules of the Terraform language alone hold
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
   * Plans what a configuration would change, with its backend and without a lock. Returns the container after it ran:
   * /reports/tofu-plan.txt for people, with sensitive values left out; tofu-plan.jsonl for programs, with addresses and no
   * values. Exit code 0: planned; 1: it broke down, and stderr says why. Asks the world, and so is never cached.
   * https://opentofu.org/docs/cli/commands/plan/
   *
   * @param source as in init
   * @param path as in init
   * @param environment a container whose environment has the credentials; by default none
   */
  @func({ cache: "never" })
  async plan(source: Directory, path: string = ".", environment?: Container): Promise<Container> {
    const run = crypto.randomUUID();
    const ready = this.withPlugins(this.tool(source, path, environment)).withEnvVariable("SLIPWAY_RUN", run);
    const planned = ready.withExec([tofu, "init", "-input=false", "-no-color"]).withExec(
      [
        tofu,
        "plan",
        "-input=false",
        "-lock=false",
        "-no-color",
        // The plan itself as JSON has sensitive values in the clear, and what is printed stands in the log.
        "-json-into=/reports/tofu-plan.jsonl",
      ],
      { expect: ReturnType.Any, redirectStdout: "/reports/tofu-plan.txt" },
    );
    return planned.sync();
  }

  /** The image that both tools run in, to put credentials into for `plan`. */
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

  private withPlugins(container: Container): Container {
    return container
      .withMountedCache("/plugins", dag.cacheVolume("slipway-tofu-plugins"), {
        // OpenTofu does not guard it against others that write to it.
        sharing: CacheSharingMode.Locked,
      })
      .withEnvVariable("TF_PLUGIN_CACHE_DIR", "/plugins");
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
    "Mend .tflint.hcl; its plugins come from GitHub, so the engine has to reach that.",
  );
}

function inSource(folder: string): string {
  const outside = folder.startsWith("/") || folder.split("/").includes("..") || folder.includes("\0");
  if (!outside) return folder === "." ? "/src" : `/src/${folder}`;
  throw codedError(
    "PATH_OUTSIDE_SOURCE",
    `${shown(folder)} leads out of the source`,
    "Name a folder within it.",
  );
}
