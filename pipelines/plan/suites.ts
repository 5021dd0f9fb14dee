import type { Suite, Test } from "#pipelines/config/config.ts";
import { type CheckId, checkName } from "#pipelines/findings/check-id.ts";
import type { PlannedService } from "./plan.ts";
import { versionsOf } from "./python-matrix.ts";

/** A suite, and the version of Python that runs it. */
export interface SuitePlan {
  readonly service: PlannedService;
  readonly suite: Suite;
  /** The id and the name of its check. */
  readonly id: CheckId;
  readonly name: string;
  /** Whether it is the service's only run, so that its coverage is the service's. */
  readonly alone: boolean;
}

/** The suites of a service's tests; one without a name if slipway.yaml names none. */
export function suitesOf({ suites, ...shared }: Test): readonly Suite[] {
  if (suites === undefined) return [shared];
  return Object.entries(suites).map(([name, own]) => ({ ...shared, ...own, name }));
}

/** Every run of a service's suites, one for each version of Python; empty if its tests are switched off. */
export function suitePlansOf(service: PlannedService): readonly SuitePlan[] {
  const suites = service.test === false ? [] : suitesOf(service.test);
  const plans = versionsOf(service).flatMap(({ service: version, suffix }) =>
    suites.map((suite) => {
      const subject = [`test${suffix}`, ...(suite.name === undefined ? [] : [suite.name])].join("/");
      const id = { kind: "test", service: service.name, subject };
      return { service: version, suite, id, name: checkName(id) };
    }),
  );
  const alone = plans.length === 1 && suites.every(({ shards }) => shards === 1);
  return plans.map((each) => ({ ...each, alone }));
}

/** The name of the check that carries a service's coverage; undefined if its tests are switched off. */
export function coverageCheckOf(service: PlannedService): string | undefined {
  const [first] = suitePlansOf(service);
  if (first === undefined || first.alone) return first?.name;
  return checkName({ kind: "coverage", service: service.name });
}
