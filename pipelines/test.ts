import type { Suite, Test } from "./config/config.ts";
import { mergedCoverage } from "./coverage.ts";
import { type Examined, skipped } from "./examine.ts";
import type { PlannedService } from "./plan.ts";
import { runSuite } from "./suite.ts";
import { totalCoverage } from "./total-coverage.ts";
import type { Workspace } from "./workspace.ts";

/** Runs the tests of every service, suite by suite, and judges their coverage: by service, and in all. */
export function test(workspace: Workspace): readonly Promise<Examined>[] {
  const tested = workspace.services.map((service) => testService(workspace, service));
  const checks = tested.flatMap((each) => each.checks);
  const covered = tested.flatMap((each) => each.covered ?? []);
  return [...checks, ...totalCoverage(workspace, covered)];
}

/** The checks of one service's tests, and which of them bears its coverage. */
interface Tested {
  readonly checks: readonly Promise<Examined>[];
  readonly covered?: Promise<Examined>;
}

function testService(workspace: Workspace, service: PlannedService): Tested {
  const settings = service.test;
  if (settings === false) {
    return { checks: [Promise.resolve(skipped(`${service.name}/test`, "switched off in slipway.yaml"))] };
  }
  const suites = suitesOf(settings);
  const runs = suites.map((suite) => runSuite(workspace, service, suite, suites.length === 1));
  const checks = runs.map(async (run) => (await run).examined);
  const covered = suites.length === 1 ? checks[0] : mergedCoverage(workspace, service, runs);
  return { checks: suites.length === 1 ? checks : [...checks, ...(covered ? [covered] : [])], covered };
}

/** The suites that a service's tests are run in; one without a name where slipway.yaml names none. */
export function suitesOf({ suites, ...shared }: Test): readonly Suite[] {
  if (suites === undefined) return [shared];
  return Object.entries(suites).map(([name, own]) => ({ ...shared, ...own, name }));
}
