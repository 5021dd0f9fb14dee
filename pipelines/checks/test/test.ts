import type { PlannedService } from "#pipelines/plan/plan.ts";
import { suitePlansOf } from "#pipelines/plan/suites.ts";
import { type CheckResult, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { ServiceCoverage } from "./coverage-changed.ts";
import { combineCoverage } from "./coverage-combined.ts";
import { runSuite } from "./suite.ts";

/** The tests of all services, which have started. */
export interface TestedServices {
  readonly checks: readonly Promise<CheckResult>[];
  /** The tested services, each with the check that carries its coverage. */
  readonly covered: readonly ServiceCoverage[];
}

/** Runs the tests of every service of a workspace, suite by suite. */
export function testServices(workspace: Workspace): TestedServices {
  const tested = workspace.services.map((service) => testService(workspace, service));
  return {
    checks: tested.flatMap((each) => each.checks),
    covered: tested.flatMap((each) => each.covered),
  };
}

function testService(workspace: Workspace, service: PlannedService): TestedServices {
  if (service.test === false) {
    const id = { kind: "test", service: service.name };
    return { checks: [Promise.resolve(skippedCheck(id, "switched off in slipway.yaml"))], covered: [] };
  }
  const plans = suitePlansOf(service);
  const runs = plans.map((each) => runSuite(workspace, each));
  const checks = runs.map(async (run) => (await run).examined);
  const [only] = checks;
  if (plans.every((each) => each.alone) && only !== undefined) {
    return { checks, covered: [{ service, result: only }] };
  }
  const result = combineCoverage(workspace, service, runs);
  return { checks: [...checks, result], covered: [{ service, result }] };
}
