import { type Container, type Directory, ReturnType, type Service } from "@dagger.io/dagger";
import { at } from "./base-container.ts";
import { errorOf } from "./coded-error.ts";
import { coverageSettings, readyForCoverage } from "./coverage.ts";
import { attempts, supervisor } from "./supervisor.ts";

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
}

/** See `Python.test`. */
export async function runPytest(environment: Container, request: PytestRequest): Promise<Container> {
  const { source, path, args, timeout, editable, services, hosts, probes, readyTimeout } = request;
  if (services.length !== hosts.length) {
    throw errorOf(
      "ARGUMENT_INVALID",
      `there are ${services.length} services and ${hosts.length} hosts`,
      "Pass one host name in --hosts for each of --services.",
    );
  }
  const coverage = await coverageSettings(source.directory(path));
  const ready = readyForCoverage(at(environment, source, path))
    .withNewFile("/slipway/pytest", supervisor)
    .withNewFile("/slipway/attempts.py", attempts)
    .with((container) =>
      editable ? container.withExec(["uv", "pip", "install", "--no-deps", "--editable", "."]) : container,
    );
  return services
    .reduce((container, service, index) => container.withServiceBinding(hosts[index] ?? "", service), ready)
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
