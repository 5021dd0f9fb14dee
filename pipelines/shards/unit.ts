import type { Shard } from "./shard.ts";

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
  /** One of the repository's, or `service NAME`. */
  readonly name: string;
  /** About how long it takes; 1 is a linter's run. */
  readonly weight: number;
}

/** The unit that a service's checks are. */
export function serviceUnit(service: { readonly name: string }): string {
  return `service ${service.name}`;
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

/** Says whether this run carries a unit of the repository out: all of them, unless it is one of several shards. */
export function isMine(units: ReadonlySet<string> | undefined, unit: RepositoryUnit): boolean {
  return units === undefined || units.has(unit);
}
