import { type Container, type Directory, ReturnType, type Service } from "@dagger.io/dagger";
import { at } from "./base-container.ts";
import { errorOf } from "./coded-error.ts";
import { type CoverageSettings, coverageSettings, readyForCoverage } from "./coverage.ts";
import { type OwnRun, ownRunner } from "./own-runner.ts";
import { readIfPresent } from "./read-if-present.ts";
import { attempts, supervisor } from "./supervisor.ts";
import { uv } from "./uv-tool.ts";
import { withVersion } from "./with-version.ts";

/** The arguments of `Python.test`. */
export interface PytestRequest {
  readonly source: Directory;
  readonly path: string;
  readonly args: readonly string[];
  readonly timeout: number;
  readonly editable: boolean;
  readonly services: readonly Service[];
  readonly hosts: readonly string[];
  readonly probes: readonly string[];
  readonly readyTimeout: number;
  readonly before: readonly string[];
  readonly version: string;
  readonly forwards: readonly string[];
  /** The runs of the project's own runner of tests, in place of pytest. */
  readonly runs?: readonly OwnRun[];
}

/** See `Python.test`. */
export async function runPytest(environment: Container, request: PytestRequest): Promise<Container> {
  const {
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
    runs,
  } = request;
  if (services.length !== hosts.length) {
    throw errorOf(
      "ARGUMENT_INVALID",
      `there are ${services.length} services and ${hosts.length} hosts`,
      "Pass one host name in --hosts for each of --services.",
    );
  }
  const coverage = await coverageSettings(source.directory(path));
  const poetry = editable ? await poetryProject(source.directory(path)) : undefined;
  const ready = readyForCoverage(at(environment, source, path))
    .withNewFile("/slipway/pytest", supervisor)
    .withNewFile("/slipway/runner.py", runs === undefined ? attempts : ownRunner)
    .with((container) => (editable ? withProject(container, version, poetry) : container));
  return services
    .reduce((container, service, index) => container.withServiceBinding(hosts[index] ?? "", service), ready)
    .withExec(
      [
        "python",
        "/slipway/pytest",
        JSON.stringify({
          probes,
          within: readyTimeout,
          limit: timeout,
          rcfile: coverage.file,
          before,
          forwards: forwards.map(forwardOf),
        }),
        ...(runs === undefined
          ? pytestArguments(coverage, args)
          : [JSON.stringify({ runs, rcfile: coverage.file, branches: args.includes("--cov-branch") })]),
      ],
      { expect: ReturnType.Any },
    );
}

function forwardOf(forward: string): { local: number; host: string; port: number } {
  const [, local, host, port] = /^(\d{1,5}):([\w.-]+):(\d{1,5})$/.exec(forward) ?? [];
  if (host !== undefined) return { local: Number(local), host, port: Number(port) };
  throw errorOf(
    "ARGUMENT_INVALID",
    `--forwards: ${JSON.stringify(forward)}`,
    "Pass PORT:HOST:PORT, as in 5433:postgres:5432.",
  );
}

function pytestArguments(coverage: CoverageSettings, args: readonly string[]): readonly string[] {
  return [
    // Its cache is not part of the source, but options such as --failed-first need it.
    "--override-ini=cache_dir=/tmp/pytest-cache",
    "--junitxml=/reports/junit.xml",
    "--override-ini=junit_family=xunit2",
    "--override-ini=junit_logging=all",
    "--override-ini=junit_log_passing_tests=false",
    ...coverage.flags,
    "--cov-report=",
    "--cov-fail-under=0",
    ...args,
  ];
}

function withProject(container: Container, version: string, poetry: string | undefined): Container {
  const install = (ready: Container) => {
    const built = poetry === undefined ? ready : ready.withNewFile(manifest, `${poetry}\n${poetryBuild}`);
    const done = built.withExec([uv, "pip", "install", "--no-deps", "--editable", "."]);
    return poetry === undefined ? done : done.withNewFile(manifest, poetry);
  };
  return version === "" ? install(container) : withVersion(container, version, install);
}

const manifest = "pyproject.toml";

/** The build that `poetry install` uses for a project without `[build-system]`, where pip would take setuptools. */
const poetryBuild = `[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
`;

/** The pyproject.toml of a project of Poetry without `[build-system]`; undefined for any other. */
async function poetryProject(project: Directory): Promise<string | undefined> {
  const text = await readIfPresent(project, manifest);
  return text !== undefined && /^\[tool\.poetry\]/m.test(text) && !/^\[build-system\]/m.test(text)
    ? text
    : undefined;
}
