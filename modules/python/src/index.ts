import { Container, Directory, dag, func, object, ReturnType, Service } from "@dagger.io/dagger";
import { coverageFlags } from "./coverage.ts";
import { mypyTargets } from "./mypy-targets.ts";

/** Pinned here and nowhere else; uv and ruff come out of their own images as files. */
const pins = {
  image: "python:3.13-slim",
  uv: "ghcr.io/astral-sh/uv:0.13.8",
  ruff: "ghcr.io/astral-sh/ruff:0.17.5",
  testTools: ["pytest==9.2.0", "pytest-cov==7.1.0", "mypy==2.4.1"],
};

/**
 * Runs a Python project's tools: ruff, mypy, pytest. Each verb returns the container after the tool ran, with
 * its reports in `/reports` and its own exit code: evidence, no judgement.
 */
@object()
export class Python {
  private image: string;
  private uv: string;
  private ruff: string;

  /**
   * @param image image with Python at /usr/local/bin/python, Debian-based; decides Python's version
   * @param uv image with uv at /uv
   * @param ruff image with ruff at /ruff
   */
  constructor(image: string = pins.image, uv: string = pins.uv, ruff: string = pins.ruff) {
    this.image = image;
    this.uv = uv;
    this.ruff = ruff;
  }

  /**
   * Installs what the code needs into a virtual environment at /opt/venv, beside pytest, pytest-cov and mypy;
   * where the project pins one of these itself, its version wins. Fails when uv cannot install. The layer is
   * keyed by `source`, so hand in the lock files alone.
   * https://docs.astral.sh/uv/pip/
   *
   * @param source the folder that holds the lock and project files
   * @param install arguments of uv that install them, e.g. pip,install,-r,requirements.txt; none by default
   * @param path where in source uv runs, relative
   */
  @func()
  environment(source: Directory, install: string[] = [], path: string = "."): Container {
    const tools = this.base()
      .withExec(["uv", "venv", "/opt/venv"])
      .withExec(["uv", "pip", "install", ...pins.testTools]);
    if (install.length === 0) return tools;
    return at(tools, source, path)
      .withExec(["uv", ...install])
      .withoutMount("/src")
      .withWorkdir("/");
  }

  /**
   * Runs `ruff check`. Report: /reports/ruff.sarif. Exit code 0 with and without findings; fails when ruff
   * breaks down, for instance on its configuration.
   * https://docs.astral.sh/ruff/linter/
   *
   * @param source the code and the ruff configuration that holds for it, also that of parent folders
   * @param path what to check, relative to source
   */
  @func()
  lint(source: Directory, path: string = "."): Container {
    return at(this.ruffBase(), source, path).withExec([
      "ruff",
      "check",
      "--exit-zero",
      "--no-cache",
      "--output-format=sarif",
      "--output-file=/reports/ruff.sarif",
      ".",
    ]);
  }

  /**
   * Runs `ruff format --check`, which changes nothing. Report: /reports/ruff-format.sarif. Exit code 0: formatted;
   * 1: the report says which files are not; anything else: a breakdown.
   * https://docs.astral.sh/ruff/formatter/
   *
   * @param source the code and the ruff configuration that holds for it, also that of parent folders
   * @param path what to check, relative to source
   */
  @func()
  format(source: Directory, path: string = "."): Container {
    return at(this.ruffBase(), source, path).withExec(
      ["ruff", "format", "--check", "--no-cache", "--output-format=sarif", "."],
      { expect: ReturnType.Any, redirectStdout: "/reports/ruff-format.sarif" },
    );
  }

  /**
   * Runs mypy. Report: /reports/mypy.jsonl, a JSON object a line. Exit code 0: no error; 1: errors found; 2: a
   * breakdown.
   * https://mypy.readthedocs.io/en/stable/command_line.html
   *
   * @param source the code with mypy's configuration
   * @param environment the container that environment made; without it, one with no dependencies
   * @param path where mypy runs, relative to source; it checks what the configuration names, else all there
   * @param timeout limit in seconds; mypy is ended after it, with exit code 124
   */
  @func()
  async types(
    source: Directory,
    environment?: Container,
    path: string = ".",
    timeout: number = 600,
  ): Promise<Container> {
    const targets = await mypyTargets(source.directory(path));
    return at(environment ?? this.environment(source), source, path)
      .withEnvVariable("MYPY_CACHE_DIR", "/tmp/mypy")
      .withExec([...limited(timeout), "mypy", "--output=json", "--no-error-summary", ...targets], {
        expect: ReturnType.Any,
        redirectStdout: "/reports/mypy.jsonl",
      });
  }

  /**
   * Runs pytest with coverage. Reports: /reports/junit.xml, coverage.json, coverage.xml. Exit codes are pytest's
   * (0 passed, 1 failed, 5 no test), or 124 after the timeout, 137 when killed. What is measured is what the
   * project configures for coverage, else all code but the tests. Services run while the tests do.
   * https://docs.pytest.org/en/stable/reference/exit-codes.html
   *
   * @param source the code and its tests
   * @param environment the container that environment made, to which variables and secrets may have been
   *   added; without it, one with no dependencies
   * @param path where pytest runs, relative to source
   * @param args further arguments of pytest
   * @param timeout limit in seconds; pytest is ended after it
   * @param editable install the project itself first, as uv pip install --no-deps --editable .
   * @param services service containers the tests speak to
   * @param hosts the host name of each service, in the same order
   */
  @func()
  async test(
    source: Directory,
    environment?: Container,
    path: string = ".",
    args: string[] = [],
    timeout: number = 600,
    editable: boolean = false,
    services: Service[] = [],
    hosts: string[] = [],
  ): Promise<Container> {
    if (services.length !== hosts.length) {
      throw new Error(
        `ARGUMENT_INVALID: ${services.length} services but ${hosts.length} hosts. Give each service its host name.`,
      );
    }
    const coverage = await coverageFlags(source.directory(path));
    const ready = at(environment ?? this.environment(source), source, path)
      .withNewFile("/slipway/coveragerc", coverage.rcfile)
      .withEnvVariable("COVERAGE_FILE", "/tmp/coverage")
      .with((container) =>
        editable ? container.withExec(["uv", "pip", "install", "--no-deps", "--editable", "."]) : container,
      );
    return services
      .reduce((container, service, at) => container.withServiceBinding(hosts[at] ?? "", service), ready)
      .withExec(
        [
          ...limited(timeout),
          "python",
          "-m",
          "pytest",
          "-p",
          "no:cacheprovider",
          "--junitxml=/reports/junit.xml",
          "--override-ini=junit_family=xunit2",
          ...coverage.flags,
          "--cov-report=json:/reports/coverage.json",
          "--cov-report=xml:/reports/coverage.xml",
          "--cov-fail-under=0",
          ...args,
        ],
        { expect: ReturnType.Any },
      );
  }

  private base(): Container {
    return dag
      .container()
      .from(this.image)
      .withFile("/usr/local/bin/uv", dag.container().from(this.uv).file("/uv"))
      .withMountedCache("/root/.cache/uv", dag.cacheVolume("slipway-uv"))
      .withEnvVariable("UV_LINK_MODE", "copy")
      .withEnvVariable("UV_SYSTEM_CERTS", "true")
      .withEnvVariable("UV_PYTHON_DOWNLOADS", "never")
      .withEnvVariable("UV_PROJECT_ENVIRONMENT", "/opt/venv")
      .withEnvVariable("VIRTUAL_ENV", "/opt/venv")
      .withEnvVariable("PATH", "/opt/venv/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin")
      .withEnvVariable("PYTHONDONTWRITEBYTECODE", "1")
      .withEnvVariable("PYTHONUNBUFFERED", "1")
      .withEnvVariable("CI", "true")
      .withDirectory("/reports", dag.directory());
  }

  private ruffBase(): Container {
    return dag
      .container()
      .from(this.image)
      .withFile("/usr/local/bin/ruff", dag.container().from(this.ruff).file("/ruff"))
      .withDirectory("/reports", dag.directory());
  }
}

function at(container: Container, source: Directory, path: string): Container {
  return container.withMountedDirectory("/src", source).withWorkdir(path === "." ? "/src" : `/src/${path}`);
}

/** coreutils' timeout ends the whole process group, with 124 when the limit was reached. */
function limited(seconds: number): string[] {
  return ["timeout", "--kill-after=10s", `${seconds}s`];
}
