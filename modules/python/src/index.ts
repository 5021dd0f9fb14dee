import { Container, Directory, File, func, object, Secret, Service } from "@dagger.io/dagger";
import type { Images } from "./base-container.ts";
import { mergeCoverage } from "./coverage.ts";
import { installed } from "./environment.ts";
import { fixed } from "./fix.ts";
import { bandit, black, flake8, isort, ruff, ruffFormat } from "./linters.ts";
import { exported } from "./lock-export.ts";
import { pins } from "./pins.ts";
import { pinOf, withPlugins } from "./plugins.ts";
import { runPytest } from "./pytest.ts";
import { runTool } from "./run-tool.ts";
import { mypy, pyright } from "./type-checkers.ts";

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
    return installed(this.images(), { source, install, path, onto, variables, secrets });
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
    return exported(this.images(), { source, tool, path, groups, extras, variables, secrets });
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
    return ruff(this.images(), { source, path, version });
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
    return ruffFormat(this.images(), { source, path, version });
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
    return black(this.images(), { source, path, version });
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
    return isort(this.images(), { source, path, version });
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
    return flake8(this.images(), { source, environment, folder, path, version });
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
    return bandit(this.images(), { source, path, settings, version });
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
    return mypy(environment ?? this.environment(source), { source, path, timeout });
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
    return pyright(environment ?? this.environment(source), { source, path, version, timeout });
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
    return runTool(this.images(), { source, tool, command, report, environment, path, timeout });
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
    return fixed(this.images(), { source, tools, path });
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
    return withPlugins(environment, names.map(pinOf));
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
    return runPytest(environment ?? this.environment(source), {
      source,
      path,
      args,
      timeout,
      editable,
      services,
      hosts,
      probes,
      readyTimeout,
    });
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
    return mergeCoverage(environment ?? this.environment(source), { source, data, path });
  }

  private images(): Images {
    return { image: this.image, uv: this.uv, ruff: this.ruff };
  }
}
