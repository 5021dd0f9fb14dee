import type { Config } from "#pipelines/config/config.ts";
import type { Plan } from "#pipelines/plan/plan.ts";
import { repositoryUnits, serviceUnit, type Unit, unitsIn } from "#pipelines/shards/unit.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { catalog } from "./catalog.ts";

/** Lists the units of a split run: the services in their order, then those of the repository. */
export function unitsOf(plan: Plan, config: Config): readonly Unit[] {
  const weightOf = (wanted: string, service?: Plan["services"][number]) =>
    catalog
      .filter(({ unit }) => unit === wanted)
      .reduce((sum, { weight }) => sum + weight(plan, config, service), 0);
  return [
    ...plan.services.map((service) => ({
      name: serviceUnit(service),
      weight: weightOf("service", service),
    })),
    ...repositoryUnits.map((name) => ({ name, weight: weightOf(name) })),
  ];
}

/** Narrows a workspace to this shard's part; returns it unchanged if the run is not split. */
export function takeShard(workspace: Workspace): Workspace {
  const { shard, plan, config, services } = workspace;
  if (shard === undefined) return workspace;
  const units = new Set(unitsIn(unitsOf(plan, config), shard));
  return { ...workspace, units, services: services.filter((service) => units.has(serviceUnit(service))) };
}
