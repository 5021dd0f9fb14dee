import {
  Container,
  Directory,
  dag,
  File,
  func,
  object,
  ReturnType,
  Secret,
  Service,
} from "@dagger.io/dagger";
import { errorOf } from "./coded-error.ts";
import { coverageSettings, readyForCoverage } from "./coverage.ts";
import { withCredentials } from "./credentials.ts";
import { exporting, lockTool, quiet } from "./lock-export.ts";
import { merge } from "./merge.ts";
import { mypyTargets } from "./mypy-targets.ts";
import { withPlugins } from "./plugins.ts";
import { attempts, supervisor } from "./supervisor.ts";
import { requirement, withUv, withUvTool } from "./uv-tool.ts";

/** Pinned here and nowhere else; uv and ruff come out of their own images as files, the rest from the package index. */
export const pins = {
  image: "python:3.13-slim",
  uv: "ghcr.io/astral-sh/uv:0.13.8",
  ruff: "ghcr.io/astral-sh/ruff:0.17.5",
  black: "26.10.1",
  isort: "9.0.2",
  flake8: "7.5.0",
  pyright: "1.1.414",
  bandit: "1.9.4",
  poetry: ["poetry==2.5.1", "poetry-plugin-export==1.10.1"],
  pdm: ["pdm[locked]==2.29.3"],
  pipenv: ["pipenv==2026.10.3"],
  testTools: ["pytest==9.2.0", "pytest-cov==7.1.0", "mypy==2.4.1"],
  plugins: new Map([
    ["timeout", "pytest-timeout==2.4.0"],
    ["xdist", "pytest-xdist==3.8.0"],
    ["split", "pytest-split==0.11.0"],
    ["rerunfailures", "pytest-rerunfailures==16.7"],
  ]),
};

/**
 * Runs a Python project's tools: ruff, black, isort, flake8, bandit, mypy, pyright, pytest. Each verb returns the container after the tool ran, with
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
   * @param onto an environment that this function made before, to install more into; by default a new one
   * @param variables names of the variables that uv reads credentials from, e.g. UV_INDEX_INTERNAL_PASSWORD
   * @param secrets what these variables hold, in the same order; there while uv runs, and in no layer
   */
  @func()
  environment(
    source: Directory,
    install: string[] = [],
    path: string = ".",
    onto?: Container,
    variables: string[] = [],
    secrets: Secret[] = [],
  ): Container {
    return withCredentials(onto ?? this.base(), variables, secrets, (ready) => {
      const tools =
        onto === undefined
          ? ready.withExec(["uv", "venv", "/opt/venv"]).withExec(["uv", "pip", "install", ...pins.testTools])
          : ready;
      if (install.length === 0) return tools;
      return at(tools, source, path)
        .withExec(["uv", ...install])
        .withoutMount("/src")
        .withWorkdir("/");
    });
  }

  /**
   * Exports the lock of Poetry, PDM or Pipenv, by that tool itself, and returns it as a requirements file with hashes.
   * Fails when the tool finds that the lock does not match its manifest, or cannot read it. The tools need
   * Python 3.10 or newer.
   * https://python-poetry.org/docs/cli/#export
   *
   * @param source the folder that holds the lock, its manifest and the local libraries that they name
   * @param tool whose lock it is: poetry, pdm or pipenv
   * @param path the folder of the lock, relative to source
   * @param groups Poetry's groups that are taken in besides the main one; PDM and Pipenv take in those for development
   * @param extras extras of the project that are taken in
   * @param variables names of the variables that uv reads credentials from, to install the tool itself
   * @param secrets what these variables hold, in the same order
   */
  @func()
  async requirements(
    source: Directory,
    tool: string,
    path: string = ".",
    groups: string[] = [],
    extras: string[] = [],
    variables: string[] = [],
    secrets: Secret[] = [],
  ): Promise<File> {
    const owner = lockTool(tool);
    const hasManifest = await source
      .directory(path)
      .exists(owner === "pipenv" ? "Pipfile" : "pyproject.toml");
    const [from, ...others] = pins[owner];
    const run = ["uv", "tool", "run", `--from=${from}`, ...others.map((other) => `--with=${other}`)];
    const started = this.base()
      .withExec(["uv", "venv", "/opt/venv"])
      .withDirectory("/slipway", dag.directory());
    return withCredentials(started, variables, secrets, (ready) => {
      const calm = Object.entries(quiet).reduce(
        (all, [name, value]) => all.withEnvVariable(name, value),
        ready,
      );
      return exporting(owner, groups, extras, hasManifest).reduce(
        (all, command) => all.withExec([...run, ...command], { redirectStdout: "/slipway/lock.txt" }),
        at(calm, source, path),
      );
    }).file("/slipway/lock.txt");
  }

  /**
   * Runs `ruff check`. Report: /reports/ruff.sarif. Exit code 0 with and without findings; fails when ruff
   * breaks down, for instance on its configuration.
   * https://docs.astral.sh/ruff/linter/
   *
   * @param source the code and the ruff configuration that holds for it, also that of parent folders
   * @param path what to check, relative to source
   * @param version ruff's version, from the package index; by default the one of the image
   */
  @func()
  lint(source: Directory, path: string = ".", version?: string): Container {
    return at(this.withRuff(version), source, path).withExec([
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
   * @param version ruff's version, from the package index; by default the one of the image
   */
  @func()
  format(source: Directory, path: string = ".", version?: string): Container {
    return at(this.withRuff(version), source, path).withExec(
      ["ruff", "format", "--check", "--no-cache", "--output-format=sarif", "."],
      { expect: ReturnType.Any, redirectStdout: "/reports/ruff-format.sarif" },
    );
  }

  /**
   * Runs `black --check --diff`, which changes nothing. Report: /reports/black.diff. Exit code 0: formatted; 1: the
   * report says what would change; anything else: a breakdown, 123 for code that cannot be parsed.
   * https://black.readthedocs.io/en/stable/usage_and_configuration/the_basics.html
   *
   * @param source the code and the black configuration that holds for it, also that of parent folders
   * @param path what to check, relative to source
   * @param version black's version
   */
  @func()
  black(source: Directory, path: string = ".", version: string = pins.black): Container {
    return at(this.tool("black", version), source, path).withExec(
      ["black", "--check", "--diff", "--quiet", "."],
      {
        expect: ReturnType.Any,
        redirectStdout: "/reports/black.diff",
      },
    );
  }

  /**
   * Runs `isort --check-only --diff`, which changes nothing. Report: /reports/isort.diff. Exit code 0: sorted; 1: the
   * report says what would change; anything else: a breakdown.
   * https://pycqa.github.io/isort/
   *
   * @param source the code and the isort configuration that holds for it, also that of parent folders
   * @param path what to check, relative to source
   * @param version isort's version
   */
  @func()
  isort(source: Directory, path: string = ".", version: string = pins.isort): Container {
    return at(this.tool("isort", version), source, path).withExec(["isort", "--check-only", "--diff", "."], {
      expect: ReturnType.Any,
      redirectStdout: "/reports/isort.diff",
    });
  }

  /**
   * Runs flake8. Report: /reports/flake8.txt, a line a finding: code, line, column, path and text with tabs between
   * them. Exit code 0: no finding; 1: findings, or a breakdown if the report is empty.
   * https://flake8.pycqa.org/en/latest/user/invocation.html
   *
   * @param source the code and flake8's configuration
   * @param environment the container that environment made, where the project installs flake8 with plugins of its
   *   own; without it, flake8 alone
   * @param folder where flake8 runs, relative to source: the folder of its configuration, for it looks nowhere else
   * @param path what to check, relative to folder
   * @param version flake8's version; not with an environment
   */
  @func()
  flake8(
    source: Directory,
    environment?: Container,
    folder: string = ".",
    path: string = ".",
    version: string = pins.flake8,
  ): Container {
    const format = "--format=%(code)s\t%(row)d\t%(col)d\t%(path)s\t%(text)s";
    return at(environment ?? this.tool("flake8", version), source, folder).withExec(
      ["flake8", format, path],
      {
        expect: ReturnType.Any,
        redirectStdout: "/reports/flake8.txt",
      },
    );
  }

  /**
   * Runs bandit over everything below a folder. Report: /reports/bandit.json. Exit code 0 with and without findings;
   * anything else: a breakdown. Files that could not be parsed are among the report's errors.
   * https://bandit.readthedocs.io/en/latest/config.html
   *
   * @param source the code and bandit's configuration
   * @param path what to check, relative to source
   * @param settings the file with bandit's settings, relative to source: a pyproject.toml, or an ini as .bandit;
   *   none by default
   * @param version bandit's version
   */
  @func()
  bandit(source: Directory, path: string = ".", settings?: string, version: string = pins.bandit): Container {
    const flag = settings?.endsWith(".toml") ? "--configfile" : "--ini";
    return at(this.tool("bandit", version), source, path).withExec(
      [
        "bandit",
        "--quiet",
        "--recursive",
        "--exit-zero",
        "--format=json",
        "--output=/reports/bandit.json",
        ...(settings === undefined ? [] : [flag, `/src/${settings}`]),
        ".",
      ],
      { expect: ReturnType.Any },
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
   * Runs pyright. Report: /reports/pyright.json. Exit code 0: no error; 1: errors found; anything else: a breakdown.
   * https://microsoft.github.io/pyright/#/command-line
   *
   * @param source the code with pyright's configuration, also that of parent folders
   * @param environment the container that environment made; without it, one with no dependencies
   * @param path where pyright runs, relative to source; it checks what the configuration names, else all there
   * @param version pyright's version
   * @param timeout limit in seconds; pyright is ended after it, with exit code 124
   */
  @func()
  pyright(
    source: Directory,
    environment?: Container,
    path: string = ".",
    version: string = pins.pyright,
    timeout: number = 600,
  ): Container {
    const ready = (environment ?? this.environment(source))
      .withEnvVariable("PYRIGHT_PYTHON_FORCE_VERSION", version)
      .withExec(["uv", "tool", "install", requirement("pyright[nodejs]", version)])
      .withExec(["pyright", "--version"]);
    return at(ready, source, path).withExec(
      [...limited(timeout), "pyright", "--outputjson", "--pythonpath=/opt/venv/bin/python"],
      { expect: ReturnType.Any, redirectStdout: "/reports/pyright.json" },
    );
  }

  /**
   * Runs any other tool of the package index over the code. Report: /reports/REPORT, what the tool prints on stdout.
   * Exit code: the tool's own, or 124 after the timeout. Fails when the tool cannot be installed, or with
   * ARGUMENT_INVALID for a report that is no plain file name.
   * https://docs.astral.sh/uv/concepts/tools/
   *
   * @param source the code with the tool's configuration, also that of parent folders
   * @param tool package and version, as in pylint==4.0.4
   * @param command what is run, e.g. pylint,--output-format=json2,app
   * @param report the report's name, e.g. pylint.json
   * @param environment the container that environment made, for a tool that imports the code; the tool is installed
   *   into it unless it is there at that version; without it, the tool has an environment of its own
   * @param path where the tool runs, relative to source
   * @param timeout limit in seconds; the tool is ended after it
   */
  @func()
  run(
    source: Directory,
    tool: string,
    command: string[],
    report: string,
    environment?: Container,
    path: string = ".",
    timeout: number = 600,
  ): Container {
    if (!/^[A-Za-z0-9][\w.-]*$/.test(report)) {
      throw errorOf(
        "ARGUMENT_INVALID",
        `${JSON.stringify(report)} is no file name`,
        `Give one such as pylint.json.`,
      );
    }
    const [name = "", version = ""] = tool.split("==", 2);
    const ready =
      environment?.withExec(["uv", "pip", "install", requirement(name, version)]) ?? this.tool(name, version);
    return at(ready, source, path).withExec([...limited(timeout), ...command], {
      expect: ReturnType.Any,
      redirectStdout: `/reports/${report}`,
    });
  }

  /**
   * Lets fixers and formatters rewrite the code, and returns the whole source as they leave it. Fails when one of
   * them breaks down.
   *
   * @param source the code and the tools' configuration
   * @param tools what runs, in this order: ruff (its safe fixes), ruff-format, isort, black; each may name its version,
   *   as in black==26.10.1
   * @param path what is rewritten, relative to source
   */
  @func()
  fix(source: Directory, tools: string[], path: string = "."): Directory {
    return tools.reduce((fixed, tool) => {
      const [name = "", version] = tool.split("==", 2);
      return at(this.fixer(name, version), fixed, path).withExec(fixing(name)).directory("/src");
    }, source);
  }

  /**
   * Adds plugins of pytest to an environment. One that the project installs itself stays as it is, and no other
   * package moves for them; fails when that cannot be.
   *
   * @param environment the container that environment made
   * @param names which: timeout (pytest-timeout), xdist (pytest-xdist), rerunfailures (pytest-rerunfailures),
   *   split (pytest-split)
   */
  @func()
  plugins(environment: Container, names: string[]): Container {
    return withPlugins(environment, names.map(pluginPin));
  }

  /**
   * Runs pytest with coverage. Reports: /reports/junit.xml, coverage.json, coverage.xml, coverage.lcov,
   * coverage-html; retries.json, the failed attempts of tests that were run again; ran.json, the tests
   * that ran, of one part of them (pytest-split); with probes containers.json, the
   * ones that did not answer. Exit codes are pytest's (0 passed, 1 failed, 5 no test), or 75 when a probe was not
   * answered and pytest not started, 124 after the timeout, 137 when killed. What is measured is what the project
   * configures for coverage, else all code but the tests. Services run while the tests do.
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
   * @param probes what has to answer before pytest starts and is asked again after it, as tcp://HOST:PORT or
   *   http://HOST:PORT/PATH (a status below 400); none by default: the engine waits for the services' ports
   * @param readyTimeout how long the probes may take to be answered, in seconds
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
    probes: string[] = [],
    readyTimeout: number = 300,
  ): Promise<Container> {
    if (services.length !== hosts.length) {
      throw errorOf(
        "ARGUMENT_INVALID",
        `${services.length} services but ${hosts.length} hosts`,
        `Give each service its host name.`,
      );
    }
    const coverage = await coverageSettings(source.directory(path));
    const ready = readyForCoverage(at(environment ?? this.environment(source), source, path))
      .withNewFile("/slipway/pytest", supervisor)
      .withNewFile("/slipway/attempts.py", attempts)
      .with((container) =>
        editable ? container.withExec(["uv", "pip", "install", "--no-deps", "--editable", "."]) : container,
      );
    return services
      .reduce((container, service, at) => container.withServiceBinding(hosts[at] ?? "", service), ready)
      .withExec(
        [
          "python",
          "/slipway/pytest",
          JSON.stringify({ probes, within: readyTimeout, limit: timeout, rcfile: coverage.file }),
          "-p",
          "no:cacheprovider",
          "--junitxml=/reports/junit.xml",
          "--override-ini=junit_family=xunit2",
          "--override-ini=junit_logging=all",
          "--override-ini=junit_log_passing_tests=false",
          ...coverage.flags,
          "--cov-report=json:/reports/coverage.json",
          "--cov-report=xml:/reports/coverage.xml",
          "--cov-fail-under=0",
          ...args,
        ],
        { expect: ReturnType.Any },
      );
  }

  /**
   * Merges the coverage of several runs of test over the same code. Reports: /reports/coverage.json, coverage.xml,
   * coverage.lcov, coverage-html. Fails when one of them is not coverage.py's data, or measured otherwise.
   * https://coverage.readthedocs.io/en/latest/commands/cmd_combine.html
   *
   * @param source the code, as test had it
   * @param data what each run left at /coverage/data
   * @param environment the container that environment made; without it, one with no dependencies
   * @param path where the runs were, relative to source
   */
  @func()
  async coverage(
    source: Directory,
    data: File[],
    environment?: Container,
    path: string = ".",
  ): Promise<Container> {
    const { file } = await coverageSettings(source.directory(path));
    const ready = readyForCoverage(at(environment ?? this.environment(source), source, path));
    return data
      .reduce((container, run, index) => container.withFile(`/slipway/runs/${index}`, run), ready)
      .withNewFile("/slipway/coverage", merge)
      .withExec(["python", "/slipway/coverage", file, ...data.map((_, index) => `/slipway/runs/${index}`)]);
  }

  private base(): Container {
    return withUv(this.image, this.uv)
      .withEnvVariable("UV_PROJECT_ENVIRONMENT", "/opt/venv")
      .withEnvVariable("VIRTUAL_ENV", "/opt/venv")
      .withEnvVariable("PATH", "/opt/venv/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin")
      .withEnvVariable("PYTHONDONTWRITEBYTECODE", "1")
      .withEnvVariable("PYTHONUNBUFFERED", "1")
      .withEnvVariable("CI", "true")
      .withDirectory("/reports", dag.directory());
  }

  private withRuff(version?: string): Container {
    if (version !== undefined) return this.tool("ruff", version);
    return dag
      .container()
      .from(this.image)
      .withFile("/usr/local/bin/ruff", dag.container().from(this.ruff).file("/ruff"))
      .withDirectory("/reports", dag.directory());
  }

  /** A tool in an environment of its own, so that it never meets the project's dependencies. */
  private tool(name: string, version: string): Container {
    return withUvTool(this.base(), name, version);
  }

  private fixer(name: string, version?: string): Container {
    if (name === "ruff" || name === "ruff-format") return this.withRuff(version);
    return this.tool(name, version ?? (name === "isort" ? pins.isort : pins.black));
  }
}

/** The command that rewrites. Fails with ARGUMENT_INVALID for what is no fixer. */
function fixing(name: string): string[] {
  switch (name) {
    case "ruff":
      return ["ruff", "check", "--fix", "--exit-zero", "--no-cache", "."];
    case "ruff-format":
      return ["ruff", "format", "--no-cache", "."];
    case "isort":
      return ["isort", "--quiet", "."];
    case "black":
      return ["black", "--quiet", "."];
    default:
      throw errorOf(
        "ARGUMENT_INVALID",
        `${JSON.stringify(name)} fixes nothing`,
        `Name ruff, ruff-format, isort or black.`,
      );
  }
}

/** Fails with ARGUMENT_INVALID for a name that no plugin has. */
function pluginPin(name: string): string {
  const pin = pins.plugins.get(name);
  if (pin !== undefined) return pin;
  throw errorOf(
    "ARGUMENT_INVALID",
    `there is no plugin ${JSON.stringify(name)}`,
    `Name ${[...pins.plugins.keys()].join(", ")}.`,
  );
}

function at(container: Container, source: Directory, path: string): Container {
  return container.withMountedDirectory("/src", source).withWorkdir(path === "." ? "/src" : `/src/${path}`);
}

/** coreutils' timeout ends the whole process group, with 124 when the limit was reached. */
function limited(seconds: number): string[] {
  return ["timeout", "--kill-after=10s", `${seconds}s`];
}
