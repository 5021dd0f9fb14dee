import { defaults } from "#pipelines/config/defaults.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { LeastCoverage } from "#pipelines/plan/python/least-coverage.ts";
import type { Weakening } from "./weakening.ts";

/**
 * Holds each service to the coverage that it must reach on the base, if the change asks for less. A new service is
 * held to the one that applies to every service there.
 *
 * @param base the services of the base. @param gate the `gates.coverage` of the base.
 * @param path the change's slipway.yaml.
 */
export function strictestCoverage(
  base: readonly PlannedService[],
  gate: number | undefined,
  change: readonly PlannedService[],
  path: string,
): { readonly services: readonly PlannedService[]; readonly weakenings: readonly Weakening[] } {
  const general: LeastCoverage = {
    percent: gate ?? defaults.coverage,
    from: gate === undefined ? "default" : "gates",
  };
  const weakenings = new Map<string, Weakening>();
  const services = change.map((service) => {
    const before = base.find((other) => other.path === service.path)?.leastCoverage ?? general;
    const now = service.leastCoverage;
    if (now.percent >= before.percent) return service;
    const text = `${before.percent} on the base, ${now.percent} in the change`;
    const [subject, file = path] =
      now.from === "service" ? [`${service.name}: coverage`, now.by.split(" [")[0]] : ["gates.coverage"];
    weakenings.set(`${subject} ${text}`, { subject, text, path: file });
    return { ...service, leastCoverage: before };
  });
  return { services, weakenings: [...weakenings.values()] };
}
