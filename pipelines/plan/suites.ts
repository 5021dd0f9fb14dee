import type { Suite, Test } from "#pipelines/config/config.ts";
import { type CheckId, checkName } from "#pipelines/findings/check-id.ts";
import type { PlannedService } from "./plan.ts";
import { versionsOf } from "./python-matrix.ts";

/** Which suite is run, with which version of Python. */
export interface SuitePlan {
  readonly service: PlannedService;
  readonly suite: Suite;
  /** Its check, and that check's name. */
  readonly id: CheckId;
  readonly name: string;
  /** Whether it is the service's only run, so that its coverage is the service's. */
  readonly alone: boolean;
}

/** The suites that a service's tests are run in; one without a name where slipway.yaml names none. */
export function suitesOf({ suites, ...shared }: Test): readonly Suite[] {
  if (suites === undefined) return [shared];
  return Object.entries(suites).map(([name, own]) => ({ ...shared, ...own, name }));
}

/** Every run of a service's suites, one for each version of Python; none where its tests are switched off. */
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

/** The check that bears a service's coverage; undefined where its tests are switched off. */
export function coverageCheckOf(service: PlannedService): string | undefined {
  const [first] = suitePlansOf(service);
  if (first === undefined || first.alone) return first?.name;
  return checkName({ kind: "coverage", service: service.name });
}
