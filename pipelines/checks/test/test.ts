import type { PlannedService } from "#pipelines/plan/plan.ts";
import { suitePlansOf } from "#pipelines/plan/suites.ts";
import { deferred } from "#pipelines/verdict/deferred.ts";
import { type Examined, skipped } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { type Covered, changedCoverage, changesOnly } from "./coverage-changed.ts";
import { mergedCoverage } from "./coverage-combined.ts";
import { coverageDrop } from "./coverage-drop.ts";
import { totalCoverage, totalCoverageCheck } from "./coverage-total.ts";
import { runSuite } from "./suite.ts";

/** Runs the tests of every service, suite by suite, and judges their coverage: by service, in all, and against a base. */
export function test(workspace: Workspace): readonly Promise<Examined>[] {
  const { checks, covered } = testAll(workspace);
  return [
    ...checks,
    ...(workspace.shard === undefined ? totals(workspace, covered) : deferredTotals(workspace)),
    ...coverageDrop(workspace, covered, (other) => testAll(other).covered),
  ];
}

/** What the tests of all services are judged by together. */
function totals(workspace: Workspace, covered: readonly Covered[]): readonly Promise<Examined>[] {
  const examined = covered.map((each) => each.examined);
  return [...totalCoverage(workspace, examined), ...changedCoverage(workspace, covered)];
}

/** The same in a shard, which does not know of all services: what the merge needs for it. */
function deferredTotals(workspace: Workspace): readonly Promise<Examined>[] {
  const { base, only, units } = workspace;
  if (!units.has("totals")) return [];
  const total = totalCoverage(workspace, []);
  return [
    ...(only === undefined ? total.map(async () => deferred(totalCoverageCheck)) : total),
    ...(base === undefined ? changedCoverage(workspace, []) : [changesOnly(workspace, base)]),
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
  if (service.test === false) {
    return {
      service,
      checks: [Promise.resolve(skipped(`${service.name}/test`, "switched off in slipway.yaml"))],
    };
  }
  const plans = suitePlansOf(service);
  const alone = plans.every((each) => each.alone);
  const runs = plans.map((each) => runSuite(workspace, each));
  const checks = runs.map(async (run) => (await run).examined);
  const covered = alone ? checks[0] : mergedCoverage(workspace, service, runs);
  return { service, checks: alone ? checks : [...checks, ...(covered ? [covered] : [])], covered };
}
