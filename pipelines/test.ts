import { type Container, dag, type Service } from "@dagger.io/dagger";
import { brokeDown } from "./breakdown.ts";
import type { Evidence } from "./check.ts";
import type { Test, TestContainer } from "./config/config.ts";
import { SlipwayError } from "./errors.ts";
import { type Examined, examine, type Ran, skipped } from "./examine.ts";
import type { PlannedService } from "./plan.ts";
import { readCoverage } from "./readers/coverage.ts";
import { readJunit } from "./readers/junit.ts";
import { agreeWithExit } from "./readers/report.ts";
import { readReport, reportsFolder } from "./report-file.ts";
import { withoutSecrets, withSecrets } from "./secrets.ts";
import { view } from "./view.ts";
import type { Workspace } from "./workspace.ts";

/** Runs a service's tests with coverage, beside the containers that they need. */
export function test(workspace: Workspace, service: PlannedService): Promise<Examined> {
  const name = `${service.name}/test`;
  const settings = service.test;
  if (settings === false) return Promise.resolve(skipped(name, "switched off in slipway.yaml"));
  return workspace.run(() =>
    examine({ name, gates: workspace.gates }, () => pytest(workspace, service, settings)),
  );
}

async function pytest(workspace: Workspace, service: PlannedService, settings: Test): Promise<Ran> {
  const { secrets } = workspace;
  const environment = await withSecrets(
    Object.entries(settings.env).reduce(
      (container, [name, value]) => container.withEnvVariable(name, value),
      (await workspace.environment(service)).withEnvVariable("SLIPWAY_WINDOW", workspace.window),
    ),
    secrets,
  );
  const ran = await workspace
    .python(service)
    .test(
      await view(workspace.source, service),
      environment,
      service.path,
      [...settings.args],
      settings.timeout,
      service.dependencies.kind !== "none" && service.dependencies.package,
      Object.values(settings.containers).map(serviceContainer),
      Object.keys(settings.containers),
    );
  const exitCode = await ran.exitCode();
  const output = `${await ran.stdout()}\n${await ran.stderr()}`;
  const left = ran.directory(reportsFolder).withNewFile("output.txt", output);
  const reports = await withoutSecrets(left, secrets);
  const clean = dag.container().withDirectory(reportsFolder, reports);
  return { reports, read: () => read(clean, service, exitCode, output, settings.timeout) };
}

async function read(
  ran: Container,
  { path }: PlannedService,
  exitCode: number,
  output: string,
  limit: number,
): Promise<Evidence> {
  if (exitCode === 5) {
    throw new SlipwayError(
      "TESTS_NOT_FOUND",
      `pytest collected no test in ${path}`,
      "Add tests, or set test: false for this service in slipway.yaml.",
    );
  }
  if (exitCode > 2) throw brokeDown("pytest", exitCode, output, limit);
  const tests = readJunit(await readReport(ran, "junit.xml"), "junit.xml");
  agreeWithExit(tests.failed + tests.errored, exitCode, "junit.xml");
  const coverage = readCoverage(await readReport(ran, "coverage.json"), "coverage.json", {
    root: "/src",
    folder: path,
  });
  return { findings: [], tests, coverage };
}

/** A container that tests speak to; it counts as ready once its ports are open. */
function serviceContainer({ image, ports, env }: TestContainer): Service {
  const container = Object.entries(env).reduce(
    (ready, [name, value]) => ready.withEnvVariable(name, value),
    dag.container().from(image),
  );
  return ports
    .reduce((ready, port) => ready.withExposedPort(port), container)
    .asService({ useEntrypoint: true });
}
