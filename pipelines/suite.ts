import { type Container, type Directory, dag, type File } from "@dagger.io/dagger";
import { coverageData } from "../modules/python/src/coverage.ts";
import { pluginsFor, pytestFlags } from "../modules/python/src/pytest-flags.ts";
import { breakdown, brokeDown } from "./breakdown.ts";
import type { Evidence } from "./check.ts";
import type { Suite } from "./config/config.ts";
import { containerFault, probesOf, serviceContainers } from "./containers.ts";
import { SlipwayError } from "./errors.ts";
import { type Examined, examine, type Ran } from "./examine.ts";
import { execFailureOf } from "./exec-failure.ts";
import type { PlannedService } from "./plan.ts";
import { readContainers } from "./readers/containers.ts";
import { readCoverage } from "./readers/coverage.ts";
import { readJunit } from "./readers/junit.ts";
import { agreeWithExit } from "./readers/report.ts";
import { readRetries } from "./readers/retries.ts";
import { readReport, reportsFolder } from "./report-file.ts";
import { withoutSecrets, withSecrets } from "./secrets.ts";
import { view } from "./view.ts";
import type { Workspace } from "./workspace.ts";

/** A suite that ran. */
export interface SuiteRun {
  readonly examined: Examined;
  /** What coverage.py noted meanwhile; absent when the suite was not carried out, or measured nothing. */
  readonly measured?: File;
}

/** How one suite is run and read. */
interface Part {
  readonly workspace: Workspace;
  readonly service: PlannedService;
  readonly suite: Suite;
  /** The suite's check. */
  readonly name: string;
  /** Whether its coverage is read and judged by itself. */
  readonly alone: boolean;
}

/**
 * Runs one suite of a service's tests, beside containers of its own.
 *
 * @param alone whether it is the service's only one, so that its coverage is the service's.
 */
export async function runSuite(
  workspace: Workspace,
  service: PlannedService,
  suite: Suite,
  alone: boolean,
): Promise<SuiteRun> {
  const name = suite.name === undefined ? `${service.name}/test` : `${service.name}/test/${suite.name}`;
  let measured: File | undefined;
  const examined = await workspace.run(() =>
    examine({ name, gates: workspace.gates }, async () => {
      const { ran, data } = await pytest({ workspace, service, suite, name, alone });
      measured = data;
      return ran;
    }),
  );
  return measured === undefined || examined.check.outcome === "errored"
    ? { examined }
    : { examined, measured };
}

async function pytest(part: Part): Promise<{ readonly ran: Ran; readonly data?: File }> {
  const { workspace, service, suite, name } = part;
  const { secrets, gates } = workspace;
  const environment = await withSecrets(
    Object.entries(suite.env).reduce(
      (container, [variable, value]) => container.withEnvVariable(variable, value),
      (await withPlugins(part)).withEnvVariable("SLIPWAY_WINDOW", workspace.window),
    ),
    secrets,
  );
  const ran = await workspace
    .python(service)
    .test(
      await view(workspace.source, service),
      environment,
      service.path,
      [...suite.args, ...pytestFlags({ ...suite, branches: gates.branches !== undefined })],
      suite.timeout,
      service.dependencies.kind !== "none" && service.dependencies.package,
      serviceContainers(suite.containers, name),
      Object.keys(suite.containers),
      probesOf(suite.containers),
      suite.readyTimeout,
    );
  const exitCode = await ran.exitCode();
  const output = `${await ran.stdout()}\n${await ran.stderr()}`;
  const reports = await readable(ran.directory(reportsFolder).withNewFile("output.txt", output), secrets);
  const clean = dag.container().withDirectory(reportsFolder, reports);
  const noted = await ran.exists(coverageData);
  return {
    ran: { reports, read: () => read(part, clean, exitCode, output) },
    ...(noted && { data: ran.file(coverageData) }),
  };
}

/**
 * The service's environment with the plugins of pytest that the suite needs.
 *
 * @throws DEPENDENCIES_NOT_INSTALLED when they do not go with what the service pins.
 */
async function withPlugins({ workspace, service, suite, name }: Part): Promise<Container> {
  const environment = await workspace.environment(service);
  const plugins = pluginsFor(suite);
  if (plugins.length === 0) return environment;
  try {
    return await workspace.python(service).plugins(environment, plugins).sync();
  } catch (error) {
    if (execFailureOf(error) === undefined) throw error;
    throw new SlipwayError(
      "DEPENDENCIES_NOT_INSTALLED",
      `the plugins of pytest for ${name} could not be installed: ${breakdown(error).text}`,
      "Add ones that go with the service's pytest to its own test dependencies; they are taken then.",
    );
  }
}

/** Blackens the secrets in reports that are text. Pictures are coverage.py's own and cannot be read as text. */
async function readable(reports: Directory, secrets: Workspace["secrets"]): Promise<Directory> {
  if (secrets.length === 0) return reports;
  const pictures = await reports.glob("coverage-html/*.png");
  const clean = await withoutSecrets(reports.withoutFiles(pictures), secrets);
  return pictures.reduce((all, path) => all.withFile(path, reports.file(path)), clean);
}

async function read(part: Part, ran: Container, exitCode: number, output: string): Promise<Evidence> {
  const { service, suite, name, alone } = part;
  if (exitCode !== 0 && Object.keys(suite.containers).length > 0) {
    const unanswered = readContainers(await readReport(ran, "containers.json"), "containers.json");
    if (unanswered.faults.length > 0) throw await containerFault(suite, name, unanswered);
  }
  if (exitCode === 5) {
    const of = suite.name === undefined ? "" : ` for the suite ${suite.name}`;
    throw new SlipwayError(
      "TESTS_NOT_FOUND",
      `pytest collected no test in ${service.path}${of}`,
      suite.name === undefined
        ? "Add tests, or set test: false for this service in slipway.yaml."
        : "Mend its paths and markers in slipway.yaml, or take the suite out.",
    );
  }
  if (exitCode > 2) throw brokeDown("pytest", exitCode, output, suite.timeout);
  const retries = readRetries(await readReport(ran, "retries.json"), "retries.json");
  const tests = readJunit(await readReport(ran, "junit.xml"), "junit.xml", retries);
  agreeWithExit(tests.failed + tests.errored, exitCode, "junit.xml");
  if (!alone) return { findings: [], tests };
  const coverage = readCoverage(await readReport(ran, "coverage.json"), "coverage.json", {
    root: "/src",
    folder: service.path,
  });
  return { findings: [], tests, coverage };
}
