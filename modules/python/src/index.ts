import { Container, Directory, File, func, object, Secret, Service } from "@dagger.io/dagger";
import type { Images } from "./base-container.ts";
import { mergeCoverage } from "./coverage.ts";
import { installed } from "./environment.ts";
import { fixed } from "./fix.ts";
import { bandit, flake8, formatter, ruff, ruffFormat } from "./linters.ts";
import { exported } from "./lock-export.ts";
import { ownRunsOf } from "./own-runner.ts";
import { pins } from "./pins.ts";
import { pinsOf, withPlugins } from "./plugins.ts";
import { runPytest } from "./pytest.ts";
import { runTool } from "./run-tool.ts";
import { mypy, pyright } from "./type-checkers.ts";

/**
 * Runs a Python project's tools: ruff, black, isort, flake8, bandit, mypy, pyright and pytest.
 *
 * Each function that runs a tool returns the container after the tool ran, with its reports in /reports and the
 * tool's own exit code. A finding never makes the call fail. A call fails when its tool cannot be installed, or with
 * ARGUMENT_INVALID on an invalid argument. Cached by content.
 */
@object()
export class Python {
  private image: string;
  private uv: string;
  private ruff: string;

  /**
   * @param image image with Python at /usr/local/bin/python, Debian-based; it decides Python's version
   * @param uv image with uv at /uv
   * @param ruff image with ruff at /ruff
   */
  constructor(image: string = pins.image, uv: string = pins.uv, ruff: string = pins.ruff) {
    this.image = image;
    this.uv = uv;
    this.ruff = ruff;
  }

  /**
   * Installs the project's dependencies into a virtual environment at /opt/venv.
   *
   * It also installs pytest, pytest-cov and mypy. If the project pins one of these itself, the project's version
   * wins. Fails when uv cannot install, and with ARGUMENT_INVALID unless each secret has a variable. The layer
   * depends on the files in source: pass only the lock files. Then a change of the code does not install them again.
   * https://docs.astral.sh/uv/pip/
   *
   * @param source a folder with the lock files and project files
   * @param install arguments of uv that install the dependencies, e.g. pip,install,-r,requirements.txt; default: none
   * @param path the folder in which uv runs, relative to source
   * @param onto an environment from an earlier call, to install more into; default: a new one
   * @param variables names of the variables from which uv reads credentials, e.g. UV_INDEX_INTERNAL_PASSWORD
   * @param secrets the values of these variables, in the same order; no layer keeps them
   * @param packages Debian packages to install first, e.g. libpq-dev; not with onto; default: none
   */
  @func()
  environment(
    source: Directory,
    install: string[] = [],
    path: string = ".",
    onto?: Container,
    variables: string[] = [],
    secrets: Secret[] = [],
    packages: string[] = [],
  ): Container {
    return installed(this.images(), { source, install, path, onto, variables, secrets, packages });
  }

  /**
   * Exports the lock of Poetry, PDM or Pipenv as a requirements file with hashes.
   *
   * The tool itself exports it. Fails when the lock does not match its manifest, or when the tool cannot read it. The
   * tools need Python 3.10 or newer. Without a lock, Pipenv makes one, and for Poetry the result is what the manifest
   * asks for, without hashes.
   * https://python-poetry.org/docs/cli/#export
   *
   * @param source a folder with the lock or the manifest alone, and the local libraries that they name
   * @param tool the tool that wrote the lock: poetry, pdm or pipenv
   * @param path the folder of the lock, relative to source
   * @param groups groups of Poetry to export in addition to the main one; PDM and Pipenv always export those for
   *   development
   * @param extras extras of the project to export; default: none, for PDM all
   * @param variables names of the variables from which uv reads credentials, to install the tool itself
   * @param secrets the values of these variables, in the same order; no layer keeps them
   * @returns the requirements file
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
   * Checks code with `ruff check`.
   *
   * Report: /reports/ruff.sarif; of ruff before 0.1.8, ruff.json. Exit code of the container: 0 with and without findings. The call fails when ruff
   * itself fails, for example on its configuration.
   * https://docs.astral.sh/ruff/linter/
   *
   * @param source the code and its ruff configuration, also that of parent folders
   * @param path the folder to check, relative to source
   * @param version ruff's version, or a range such as <2, from the package index; default: that of the ruff image
   * @param rules the rules, such as E4 or F; default: those of the configuration, or ruff's own default
   */
  @func()
  lint(source: Directory, path: string = ".", version?: string, rules: string[] = []): Container {
    return ruff(this.images(), { source, path, version, rules });
  }

  /**
   * Checks the format of code with `ruff format --check`; changes nothing.
   *
   * Report: /reports/ruff-format.sarif; of ruff before 0.16, ruff-format.diff. Exit codes of the container:
   * - 0: formatted
   * - 1: the report lists the files that are not formatted
   * - other: ruff itself failed
   *
   * https://docs.astral.sh/ruff/formatter/
   *
   * @param source the code and its ruff configuration, also that of parent folders
   * @param path the folder to check, relative to source
   * @param version ruff's version, or a range such as <2, from the package index; default: that of the ruff image
   */
  @func()
  format(source: Directory, path: string = ".", version?: string): Container {
    return ruffFormat(this.images(), { source, path, version });
  }

  /**
   * Checks the format of code with `black --check`; changes nothing.
   *
   * Report: /reports/black.diff. Exit codes of the container:
   * - 0: formatted
   * - 1: the report has the changes that black would make
   * - other: black itself failed; 123: it cannot parse the code
   *
   * https://black.readthedocs.io/en/stable/usage_and_configuration/the_basics.html
   *
   * @param source the code and its black configuration, also that of parent folders
   * @param path the folder to check, relative to source
   * @param version black's version, or a range such as <2, from the package index
   */
  @func()
  black(source: Directory, path: string = ".", version: string = pins.black): Container {
    return formatter(this.images(), "black", { source, path, version });
  }

  /**
   * Checks the order of imports with `isort --check-only`; changes nothing.
   *
   * Report: /reports/isort.diff. Exit codes of the container:
   * - 0: sorted
   * - 1: the report has the changes that isort would make
   * - other: isort itself failed
   *
   * https://pycqa.github.io/isort/
   *
   * @param source the code and its isort configuration, also that of parent folders
   * @param path the folder to check, relative to source
   * @param version isort's version, or a range such as <2, from the package index
   */
  @func()
  isort(source: Directory, path: string = ".", version: string = pins.isort): Container {
    return formatter(this.images(), "isort", { source, path, version });
  }

  /**
   * Checks code with flake8.
   *
   * Report: /reports/flake8.txt, one finding on each line: code, line, column, path and text, with tabs between them.
   * Exit codes of the container:
   * - 0: nothing found
   * - 1: the report lists the findings; if it is empty, flake8 itself failed
   *
   * https://flake8.pycqa.org/en/latest/user/invocation.html
   *
   * @param source the code and flake8's configuration
   * @param environment the container from environment, if the project installs plugins of flake8; default: flake8
   *   only
   * @param folder the folder in which flake8 runs, relative to source; it must have the configuration, because flake8
   *   searches no other folder
   * @param path the folder to check, relative to folder
   * @param version flake8's version, or a range such as <2, from the package index; an environment with that version is left as it is
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
   * Checks the security of code with bandit, in a folder and all folders below.
   *
   * Report: /reports/bandit.json. Files that bandit cannot parse are among its `errors`. Exit codes of the container:
   * - 0: the report lists the findings, if any
   * - other: bandit itself failed
   *
   * https://bandit.readthedocs.io/en/latest/config.html
   *
   * @param source the code and bandit's configuration
   * @param path the folder to check, relative to source
   * @param settings file with bandit's settings, relative to source: a pyproject.toml, or an ini file such as
   *   .bandit; default: none
   * @param version bandit's version, or a range such as <2, from the package index
   */
  @func()
  bandit(source: Directory, path: string = ".", settings?: string, version: string = pins.bandit): Container {
    return bandit(this.images(), { source, path, settings, version });
  }

  /**
   * Checks types with mypy.
   *
   * Report: /reports/mypy.jsonl, a JSON object on each line; of mypy before 1.11, mypy.txt. Exit codes of the
   * container:
   * - 0: no error
   * - 1: the report lists the errors
   * - 2: mypy itself failed, or found a syntax error, which the report has
   * - 124: mypy ran longer than timeout
   *
   * https://mypy.readthedocs.io/en/stable/command_line.html
   *
   * @param source the code and mypy's configuration
   * @param environment the container from environment; default: one without dependencies
   * @param path the folder in which mypy runs, relative to source; mypy checks what its configuration names, else the
   *   whole folder
   * @param timeout limit in seconds; default: 600
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
   * Checks types with pyright.
   *
   * Report: /reports/pyright.json. Exit codes of the container:
   * - 0: no error
   * - 1: the report lists the errors
   * - 124: pyright ran longer than timeout
   * - other: pyright itself failed
   *
   * https://microsoft.github.io/pyright/#/command-line
   *
   * @param source the code and pyright's configuration, also that of parent folders
   * @param environment the container from environment; default: one without dependencies
   * @param path the folder in which pyright runs, relative to source; pyright checks what its configuration names,
   *   else the whole folder
   * @param version pyright's version, from the package index
   * @param timeout limit in seconds; default: 600
   * @param args pyright's own options, files and folders, as in --level,error,src; default: none
   */
  @func()
  pyright(
    source: Directory,
    environment?: Container,
    path: string = ".",
    version: string = pins.pyright,
    timeout: number = 600,
    args: string[] = [],
  ): Container {
    return pyright(this.images(), environment ?? this.environment(source), {
      source,
      path,
      version,
      timeout,
      args,
    });
  }

  /**
   * Runs any other tool of the package index over the code.
   *
   * Report: /reports/NAME, with the tool's standard output; NAME is the argument report. Exit code of the container:
   * the tool's own, or 124 if it ran longer than timeout. Fails when the tool cannot be installed, and with
   * ARGUMENT_INVALID unless report is a plain file name.
   * https://docs.astral.sh/uv/concepts/tools/
   *
   * @param source the code and the tool's configuration, also that of parent folders
   * @param tool package and version, as in pylint==4.0.4
   * @param command the command, e.g. pylint,--output-format=json2,app
   * @param report name of the report, e.g. pylint.json
   * @param environment the container from environment, for a tool that imports the code; the tool is installed into
   *   it, unless it has that version. Default: the tool has an environment of its own
   * @param path the folder in which the tool runs, relative to source
   * @param timeout limit in seconds; default: 600
   * @param beside requirements that are installed beside the tool, e.g. flake8-bugbear; default: none
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
    beside: string[] = [],
  ): Container {
    return runTool(this.images(), { source, tool, command, report, environment, path, timeout, beside });
  }

  /**
   * Rewrites code with fixers and formatters, and returns the whole source with the changes.
   *
   * Fails when a tool fails, and with ARGUMENT_INVALID for a tool that `tools` does not allow.
   * https://docs.astral.sh/ruff/linter/#fixes
   *
   * @param source the code and the tools' configuration
   * @param tools the tools to run, in this order: ruff (its safe fixes), ruff-format, isort, black; each with a
   *   version if you like, as in black==26.10.1
   * @param path the folder to rewrite, relative to source
   */
  @func()
  fix(source: Directory, tools: string[], path: string = "."): Directory {
    return fixed(this.images(), { source, tools, path });
  }

  /**
   * Adds plugins of pytest to an environment.
   *
   * A plugin that the project installs itself stays as it is, and no other package changes its version. Fails when
   * that is not possible, and with ARGUMENT_INVALID for a plugin that `names` does not allow.
   *
   * @param environment the container from environment
   * @param names the plugins: timeout (pytest-timeout), xdist (pytest-xdist), rerunfailures (pytest-rerunfailures),
   *   split (pytest-split)
   */
  @func()
  plugins(environment: Container, names: string[]): Container {
    return withPlugins(environment, names.flatMap(pinsOf));
  }

  /**
   * Runs the tests of a project with pytest, and measures coverage.
   *
   * Reports in /reports:
   * - junit.xml: the results
   * - coverage.json, coverage.xml, coverage.lcov and coverage-html: what the project configures for coverage, else
   *   all code but the tests
   * - retries.json: the failed attempts of tests that ran again
   * - ran.json: with pytest-split, the tests that this part ran
   * - containers.json: with probes, those that got no answer
   * - before.json: the command of before that failed
   *
   * Exit codes of the container:
   * - pytest's own: 0 passed, 1 failed, 5 no tests
   * - 75: a probe got no answer, and pytest was not started
   * - 76: a command of before failed, and pytest was not started
   * - 124: pytest ran longer than timeout
   * - 137: pytest was killed, most often because memory ran out
   *
   * Fails with ARGUMENT_INVALID unless each service has a host. Services run while the tests run.
   * https://docs.pytest.org/en/stable/reference/exit-codes.html
   *
   * @param source the code and its tests
   * @param environment the container from environment, with your variables and secrets; default: one without
   *   dependencies
   * @param path the folder in which pytest runs, relative to source
   * @param args further arguments for pytest
   * @param timeout limit in seconds; default: 600
   * @param editable first installs the project itself, as uv pip install --no-deps --editable . does; default: false
   * @param services service containers that the tests use
   * @param hosts the host name of each service, in the same order
   * @param probes addresses that must answer before pytest starts, and again after it: tcp://HOST:PORT, or
   *   http://HOST:PORT/PATH with a status below 400. Default: the engine waits for the services' ports
   * @param readyTimeout limit in seconds for the probes to answer; default: 300
   * @param before commands that bash runs before pytest, in path; default: none
   * @param version the project's version, for a build backend that would read it from git; default: the backend's own
   * @param runs the runs of the project's own runner in place of pytest, as JSON: a list of maps. They need the plugin
   *   unittest. Their kind is unittest, django or script. Their folder is relative to path, and words are the arguments.
   *   Their settings are the module of Django's settings. They read only --cov-branch of args. Default: pytest
   * @param forwards ports of localhost that lead to a service, as ssh -L has them: PORT:HOST:PORT; default: none. A
   *   port that something else listens on stays as it is
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
    before: string[] = [],
    version: string = "",
    runs: string = "",
    forwards: string[] = [],
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
      before,
      version,
      forwards,
      ...(runs !== "" && { runs: ownRunsOf(runs) }),
    });
  }

  /**
   * Merges the coverage of several runs of test over the same code.
   *
   * Reports: /reports/coverage.json, coverage.xml, coverage.lcov and coverage-html. Fails when a file is not
   * coverage.py's data, or was measured with other settings.
   * https://coverage.readthedocs.io/en/latest/commands/cmd_combine.html
   *
   * @param source the same code as in test
   * @param data the file /coverage/data of each run
   * @param environment the container from environment; default: one without dependencies
   * @param path the folder in which the runs were, relative to source
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
