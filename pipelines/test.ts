import { type Covered, changedCoverage } from "./changed-coverage.ts";
import type { Suite, Test } from "./config/config.ts";
import { mergedCoverage } from "./coverage.ts";
import { coverageDrop } from "./coverage-drop.ts";
import { type Examined, skipped } from "./examine.ts";
import { versionsOf } from "./matrix.ts";
import type { PlannedService } from "./plan.ts";
import { runSuite } from "./suite.ts";
import { totalCoverage } from "./total-coverage.ts";
import type { Workspace } from "./workspace.ts";

/** Runs the tests of every service, suite by suite, and judges their coverage: by service, in all, and against a base. */
export function test(workspace: Workspace): readonly Promise<Examined>[] {
  const { checks, covered } = testAll(workspace);
  const examined = covered.map((each) => each.examined);
  return [
    ...checks,
    ...totalCoverage(workspace, examined),
    ...changedCoverage(workspace, covered),
    ...coverageDrop(workspace, covered, (other) => testAll(other).covered),
  ];
}

function testAll(workspace: Workspace) {
  const tested = workspace.services.map((service) => testService(workspace, service));
  return {
    checks: tested.flatMap((each) => each.checks),
    covered: tested.flatMap(({ service, covered: examined }): Covered[] =>
      examined === undefined ? [] : [{ service, examined }],
    ),
  };
}

/** The checks of one service's tests, and which of them bears its coverage. */
interface Tested {
  readonly service: PlannedService;
  readonly checks: readonly Promise<Examined>[];
  readonly covered?: Promise<Examined>;
}

function testService(workspace: Workspace, service: PlannedService): Tested {
  const settings = service.test;
  if (settings === false) {
    return {
      service,
      checks: [Promise.resolve(skipped(`${service.name}/test`, "switched off in slipway.yaml"))],
    };
  }
  const suites = suitesOf(settings);
  const plans = versionsOf(service).flatMap(({ service: version, suffix }) =>
    suites.map((suite) => ({
      service: version,
      suite,
      name: [`${service.name}/test${suffix}`, ...(suite.name === undefined ? [] : [suite.name])].join("/"),
    })),
  );
  const alone = plans.length === 1 && suites.every(({ shards }) => shards === 1);
  const runs = plans.map((each) => runSuite(workspace, { ...each, alone }));
  const checks = runs.map(async (run) => (await run).examined);
  const covered = alone ? checks[0] : mergedCoverage(workspace, service, runs);
  return { service, checks: alone ? checks : [...checks, ...(covered ? [covered] : [])], covered };
}

/** The suites that a service's tests are run in; one without a name where slipway.yaml names none. */
export function suitesOf({ suites, ...shared }: Test): readonly Suite[] {
  if (suites === undefined) return [shared];
  return Object.entries(suites).map(([name, own]) => ({ ...shared, ...own, name }));
}
