import type { Fault } from "./fault.ts";
import type { Rollout, RolloutObjects } from "./objects.ts";
import { podTemplate } from "./traffic.ts";

/** The faults by which a bad version is not noticed by Kubernetes, or the earlier one is gone when it is needed. */
export function* wayBackFaults(rollout: Rollout, objects: RolloutObjects): Generator<Fault> {
  const { revisionHistoryLimit, strategy } = rollout.spec;
  const containers = podTemplate(rollout, objects)?.spec.containers;
  if (containers?.every(({ readinessProbe }) => readinessProbe === undefined)) {
    yield {
      rule: "no-readiness",
      what: "no container has a `readinessProbe`: a Pod that cannot answer gets traffic",
      remedy: "Add one.",
    };
  }
  if (revisionHistoryLimit !== undefined && revisionHistoryLimit < 1) {
    yield {
      rule: "way-back",
      what: `\`revisionHistoryLimit: ${revisionHistoryLimit}\` keeps no earlier version to go back to`,
      remedy: "Set it to at least 1, or leave it out for 10.",
    };
  }
  const { canary, blueGreen } = strategy ?? {};
  // Without routes, a canary has no such delay.
  const routed = canary?.trafficRouting === undefined ? undefined : canary;
  const delay = blueGreen?.scaleDownDelaySeconds ?? routed?.scaleDownDelaySeconds;
  if (delay !== undefined && delay <= 0) {
    yield {
      rule: "way-back",
      what: `\`scaleDownDelaySeconds: ${delay}\` ends the Pods of before at once: going back waits for new ones`,
      remedy: "Leave it out for 30 seconds, or set more.",
    };
  }
}
