import type { Config } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Plan, PlannedService } from "#pipelines/plan/plan.ts";
import { versionsOf } from "#pipelines/plan/python-matrix.ts";
import { suitesOf } from "#pipelines/plan/suites.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { Shard } from "./shard.ts";

/** More jobs than these no matrix of GitHub Actions has. */
export const mostShards = 256;

/**
 * What one runner carries out as a whole, of the checks that are of no single service. `scan` is that of the source with
 * the manifests, which leave out what it found; `totals` is what all services are judged by together.
 */
export const repositoryUnits = [
  "plan",
  "source",
  "files",
  "scan",
  "secrets",
  "semgrep",
  "infra",
  "totals",
  "bump",
] as const;

export type RepositoryUnit = (typeof repositoryUnits)[number];

/** What one runner carries out as a whole, and about how long that takes next to others. */
export interface Unit {
  /** One of the wide ones, or `service NAME`. */
  readonly name: string;
  readonly weight: number;
}

/**
 * Reads the argument `--shard`: `2/4` is the second of four.
 *
 * @throws ARGUMENT_INVALID for anything but two numbers, the first from 1 to the second and that up to 256.
 */
export function parseShard(argument: string | undefined): Shard | undefined {
  if (argument === undefined) return undefined;
  const [, first = "", second = ""] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(argument) ?? [];
  const [index, of] = [Number(first), Number(second)];
  if (index >= 1 && index <= of && of <= mostShards) return { index, of };
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `shard is '${printable(argument.slice(0, 80))}', which is no shard`,
    `Give which of how many, as in --shard=2/4: from 1 on, and ${mostShards} of them at most.`,
  );
}

/** The unit that a service's checks are. */
export function serviceUnit(service: Pick<PlannedService, "name">): string {
  return `service ${service.name}`;
}

/** Lists what there is to split: the services in their order, then what is of none of them. */
export function unitsOf(plan: Plan, config: Config): readonly Unit[] {
  const weights: Readonly<Record<RepositoryUnit, number>> = {
    plan: 0,
    source: 1,
    files: plan.files.length,
    scan: 2 + (config.manifests === false ? 0 : plan.kustomizations.length + plan.charts.length),
    secrets: config.scan.history === true ? 3 : 1,
    semgrep: 1,
    infra: plan.infrastructure.length,
    totals: 0,
    bump: 0,
  };
  return [
    ...plan.services.map((service) => ({ name: serviceUnit(service), weight: weightOf(service) })),
    ...repositoryUnits.map((name) => ({ name, weight: weights[name] })),
  ];
}

/**
 * Picks the units of one shard: the same for the same units, each in exactly one, the heaviest first and each to the
 * shard that has the least so far.
 */
export function unitsIn(units: readonly Unit[], { index, of }: Shard): readonly string[] {
  const loads = Array.from({ length: of }, () => 0);
  const mine = new Set<string>();
  for (const { name, weight } of units.toSorted((a, b) => b.weight - a.weight)) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] = (loads[least] ?? 0) + weight;
    if (least === index - 1) mine.add(name);
  }
  return units.map(({ name }) => name).filter((name) => mine.has(name));
}

function weightOf(service: PlannedService): number {
  const runs =
    service.test === false ? 0 : suitesOf(service.test).reduce((sum, { shards }) => sum + shards, 0);
  const imaged = service.image === false || service.image === undefined ? 0 : 3;
  return 1 + runs * versionsOf(service).length + imaged;
}
