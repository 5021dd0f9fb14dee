import { type Container, type Directory, dag, type File } from "@dagger.io/dagger";
import { coverageData } from "#modules/python/src/coverage.ts";
import { pluginsFor, pytestFlags } from "#modules/python/src/pytest-flags.ts";
import type { Suite } from "#pipelines/config/config.ts";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { execFailureOf } from "#pipelines/errors/exec-error.ts";
import { explain, toolFailed } from "#pipelines/errors/explain.ts";
import type { Evidence } from "#pipelines/findings/evidence.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { programOf, runsOf } from "#pipelines/plan/python/asked-tests.ts";
import { versionInPlace } from "#pipelines/plan/python/version-from-git.ts";
import type { SuitePlan } from "#pipelines/plan/suites.ts";
import { readBefore } from "#pipelines/readers/before.ts";
import { readContainers } from "#pipelines/readers/containers.ts";
import { readCoverage } from "#pipelines/readers/coverage.ts";
import { readJunit } from "#pipelines/readers/junit.ts";
import { agreeWithExit } from "#pipelines/readers/report.ts";
import { readRetries } from "#pipelines/readers/retries.ts";
import { readTestsRun } from "#pipelines/readers/tests-run.ts";
import type { Shard } from "#pipelines/shards/shard.ts";
import { join } from "#pipelines/text/path.ts";
import { type CheckResult, runCheck, type ToolRun } from "#pipelines/verdict/run-check.ts";
import { maskReports, named, withSecrets } from "#pipelines/workspace/secrets.ts";
import { serviceSource } from "#pipelines/workspace/service-source.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { caveatOf } from "./caveat.ts";
import { containerEnded, containerFault, forwardsOf, probesOf, serviceContainers } from "./containers.ts";
import { isMeasured } from "./measured-file.ts";
import { NotPrepared } from "./not-prepared.ts";
import { prepared } from "./prepared.ts";
import { serviceGates } from "./service-gates.ts";
import { joinedJunit, mergeEvidence, processesOf, splitsOf } from "./splits.ts";

/** The result of a suite. */
export interface SuiteRun {
  readonly examined: CheckResult;
  /**
   * The data files of coverage.py, one for each shard; empty if the suite was not carried out or measured nothing.
   */
  readonly measured: readonly File[];
}

/** The settings of one shard of a suite, or of the whole suite. */
interface Part extends SuitePlan {
  readonly workspace: Workspace;
  readonly shard?: Shard;
}

/** The result of one part. */
interface Left {
  readonly reports: Directory;
  readonly data?: File;
  readonly caveat?: string | undefined;
  /** Reads its reports; without tests if a shard had no test. */
  readonly read: () => Promise<Evidence>;
  readonly clean: Container;
}

/** Runs one suite of a service's tests, with its own containers; its shards run side by side. */
export async function runSuite(workspace: Workspace, plan: SuitePlan): Promise<SuiteRun> {
  let measured: readonly File[] = [];
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const parts = splitsOf(plan.suite).map((shard) =>
    workspace.run(() => {
      begin();
      return prepared({ ...plan, workspace, shard }, pytest);
    }),
  );
  const ended = Promise.all(parts);
  // The check reports a failure when it awaits this; until then no one handles it.
  ended.catch(() => {});
  // The time of a check does not include the wait for a core.
  await begun;
  const examined = await runCheck({ ...plan.id, gates: serviceGates(workspace, plan.service) }, async () => {
    const left = await ended;
    measured = left.flatMap(({ data }) => data ?? []);
    const [only] = left;
    return left.length === 1 && only !== undefined ? only : joined(plan, left);
  });
  return { examined, measured: examined.check.outcome === "errored" ? [] : measured };
}

/** The shards as one run: the reports of each in a folder, and one JUnit report of all. */
async function joined({ service, suite, name }: SuitePlan, left: readonly Left[]): Promise<ToolRun> {
  const folders = left.reduce(
    (all, { reports }, at) => all.withDirectory(`shard-${at + 1}`, reports),
    dag.directory(),
  );
  const there = await folders.glob("shard-*/junit.xml");
  const junit = joinedJunit(await Promise.all(there.map((path) => folders.file(path).contents())));
  return {
    ...(left[0]?.caveat !== undefined && { caveat: left[0].caveat }),
    reports: junit === undefined ? folders : folders.withNewFile("junit.xml", junit),
    read: async () => {
      const evidence = await Promise.all(left.map(({ read }) => read()));
      const ran = left.map(async ({ clean }) =>
        readTestsRun(await readReport(clean, "ran.json"), "ran.json"),
      );
      const all = mergeEvidence(evidence, await Promise.all(ran), name);
      if (all.tests === undefined) throw noTests(service, suite);
      return all;
    },
  };
}

async function pytest(part: Part): Promise<Left> {
  const { workspace, service, suite, shard } = part;
  const name = shard === undefined ? part.name : `${part.name} shard ${shard.index}`;
  const { secrets, gates } = workspace;
  const source = await serviceSource(workspace.source, service);
  const runs = runsOf(service.askedTests, suite);
  const environment = await withSecrets(
    Object.entries(suite.env).reduce(
      (container, [variable, value]) => container.withEnvVariable(variable, value),
      (await withPlugins(part)).withEnvVariable("SLIPWAY_WINDOW", workspace.cacheWindow),
    ),
    await named(secrets, suite.secrets, "test.secrets"),
  );
  const ran = await workspace
    .python(service)
    .test(
      source,
      environment,
      service.path,
      [...suite.args, ...pytestFlags({ ...choiceOf(part), branches: gates.branches !== undefined })],
      suite.timeout,
      service.dependencies.kind !== "none" && service.dependencies.package,
      serviceContainers(suite.containers, name),
      Object.keys(suite.containers),
      probesOf(suite.containers),
      suite.readyTimeout,
      [...suite.before],
      service.versionFromGit ? versionInPlace : "",
      runs.length === 0 ? "" : JSON.stringify(runs),
      forwardsOf(suite.containers),
    );
  const exitCode = await ran.exitCode().catch(async (error: unknown) => {
    throw await containerEnded(suite, name, error);
  });
  const output = `${await ran.stdout()}\n${await ran.stderr()}`;
  const reports = await readable(ran.directory(reportsFolder).withNewFile("output.txt", output), secrets);
  const clean = dag.container().withDirectory(reportsFolder, reports);
  const noted = await ran.exists(coverageData);
  const hasCode =
    (await clean.exists(`${reportsFolder}/coverage.json`)) ||
    (await source.glob(join(service.path, "**/*.py"))).some(isMeasured);
  const caveat = caveatOf(service, hasCode);
  return {
    reports,
    clean,
    read: () => read(part, clean, exitCode, output, hasCode),
    ...(caveat !== undefined && { caveat }),
    ...(noted && { data: ran.file(coverageData) }),
  };
}

/** The suite's settings for pytest, with its processes limited over all its shards. */
function choiceOf({ suite, shard }: Part) {
  return { ...suite, parallel: processesOf(suite), shard };
}

/**
 * The service's environment with the pytest plugins that the suite needs.
 *
 * @throws DEPENDENCIES_NOT_INSTALLED when they conflict with the versions that the service pins.
 */
async function withPlugins(part: Part): Promise<Container> {
  const { workspace, service, name } = part;
  const environment = await workspace.environment(service);
  const own = runsOf(service.askedTests, part.suite).length === 0 ? [] : (["unittest"] as const);
  const plugins = [...own, ...pluginsFor(choiceOf(part))];
  if (plugins.length === 0) return environment;
  try {
    return await workspace.python(service).plugins(environment, plugins).sync();
  } catch (error) {
    if (execFailureOf(error) === undefined) throw error;
    throw new SlipwayError(
      "DEPENDENCIES_NOT_INSTALLED",
      `the pytest plugins for ${name} could not be installed: ${explain(error).text}`,
      "Add versions of these plugins that match the service's pytest to its test dependencies.",
    );
  }
}

/** Masks the secrets in text reports. Pictures come from coverage.py itself and cannot be read as text. */
async function readable(reports: Directory, secrets: Workspace["secrets"]): Promise<Directory> {
  if (secrets.length === 0) return reports;
  const pictures = await reports.glob("coverage-html/*.png");
  const clean = await maskReports(reports.withoutFiles(pictures), secrets);
  return pictures.reduce((all, path) => all.withFile(path, reports.file(path)), clean);
}

async function read(
  part: Part,
  ran: Container,
  exitCode: number,
  output: string,
  hasCode: boolean,
): Promise<Evidence> {
  const { service, suite, name, alone, shard } = part;
  if (exitCode !== 0 && Object.keys(suite.containers).length > 0) {
    const unanswered = readContainers(await readReport(ran, "containers.json"), "containers.json");
    if (unanswered.faults.length > 0) throw await containerFault(suite, name, unanswered);
  }
  if (exitCode === notPrepared) {
    throw new NotPrepared(readBefore(await readReport(ran, "before.json"), "before.json"), name, output);
  }
  if (exitCode === 5 && shard !== undefined) return { findings: [] };
  if (exitCode === 5) throw noTests(service, suite);
  if (exitCode > 2) throw toolFailed(programOf(service.askedTests, suite), exitCode, output, suite.timeout);
  const isThere = (report: string) => ran.exists(`${reportsFolder}/${report}`);
  // Python ended before pytest wrote anything, with the code for failed tests.
  if (exitCode !== 0 && !(await isThere("retries.json")))
    throw toolFailed(programOf(service.askedTests, suite), exitCode, output);
  const retries = readRetries(await readReport(ran, "retries.json"), "retries.json");
  const tests = readJunit(await readReport(ran, "junit.xml"), "junit.xml", retries);
  agreeWithExit(tests.failed + tests.errored, exitCode, "junit.xml");
  if (!alone || !hasCode) return { findings: [], tests };
  // A test module that cannot be imported ends the run before there is any coverage.
  if (exitCode === 2 && !(await isThere("coverage.json"))) return { findings: [], tests };
  const coverage = readCoverage(await readReport(ran, "coverage.json"), "coverage.json", {
    root: "/src",
    folder: service.path,
  });
  return { findings: [], tests, coverage };
}

/** The exit code of a run that a command of `before` ended. */
const notPrepared = 76;

function noTests(service: PlannedService, suite: Suite): SlipwayError {
  const of = suite.name === undefined ? "" : ` for the suite ${suite.name}`;
  return new SlipwayError(
    "TESTS_NOT_FOUND",
    `${programOf(service.askedTests, suite)} found no test in ${service.path}${of}`,
    suite.name === undefined
      ? "Add tests, or set `test: false` for this service in slipway.yaml."
      : "Correct the suite's `paths` and `markers` in slipway.yaml, or remove the suite.",
  );
}
