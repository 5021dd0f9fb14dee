import type { PlannedService } from "#pipelines/plan/plan.ts";
import { suitePlansOf } from "#pipelines/plan/suites.ts";
import { deferredCheck } from "#pipelines/verdict/deferred.ts";
import { type CheckResult, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { changesOnly, checkChangedCoverage, type ServiceCoverage } from "./coverage-changed.ts";
import { combineCoverage } from "./coverage-combined.ts";
import { checkCoverageDrop } from "./coverage-drop.ts";
import { checkTotalCoverage, totalCoverageCheck } from "./coverage-total.ts";
import { runSuite } from "./suite.ts";

/** Runs the tests of every service, suite by suite, and judges their coverage: by service, in all, and against a base. */
export function runTests(workspace: Workspace): readonly Promise<CheckResult>[] {
  const { checks, covered } = testAll(workspace);
  return [
    ...checks,
    ...(workspace.shard === undefined ? totals(workspace, covered) : deferredTotals(workspace)),
    ...checkCoverageDrop(workspace, covered, (other) => testAll(other).covered),
  ];
}

/** What the tests of all services are judged by together. */
function totals(workspace: Workspace, covered: readonly ServiceCoverage[]): readonly Promise<CheckResult>[] {
  const examined = covered.map((each) => each.examined);
  return [...checkTotalCoverage(workspace, examined), ...checkChangedCoverage(workspace, covered)];
}

/** The same in a shard, which does not know of all services: what the merge needs for it. */
function deferredTotals(workspace: Workspace): readonly Promise<CheckResult>[] {
  const { base, onlyService, units } = workspace;
  if (!units.has("totals")) return [];
  const total = checkTotalCoverage(workspace, []);
  return [
    ...(onlyService === undefined ? total.map(async () => deferredCheck(totalCoverageCheck)) : total),
    ...(base === undefined ? checkChangedCoverage(workspace, []) : [changesOnly(workspace, base)]),
  ];
}

function testAll(workspace: Workspace) {
  const tested = workspace.services.map((service) => testService(workspace, service));
  return {
    checks: tested.flatMap((each) => each.checks),
    covered: tested.flatMap(({ service, covered: examined }): ServiceCoverage[] =>
      examined === undefined ? [] : [{ service, examined }],
    ),
  };
}

/** The checks of one service's tests, and which of them bears its coverage. */
interface Tested {
  readonly service: PlannedService;
  readonly checks: readonly Promise<CheckResult>[];
  readonly covered?: Promise<CheckResult>;
}

function testService(workspace: Workspace, service: PlannedService): Tested {
  if (service.test === false) {
    return {
      service,
      checks: [Promise.resolve(skippedCheck(`${service.name}/test`, "switched off in slipway.yaml"))],
    };
  }
  const plans = suitePlansOf(service);
  const alone = plans.every((each) => each.alone);
  const runs = plans.map((each) => runSuite(workspace, each));
  const checks = runs.map(async (run) => (await run).examined);
  const covered = alone ? checks[0] : combineCoverage(workspace, service, runs);
  return { service, checks: alone ? checks : [...checks, ...(covered ? [covered] : [])], covered };
}
