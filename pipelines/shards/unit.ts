import type { Shard } from "./shard.ts";

/**
 * The units of work that belong to no single service; one runner carries out each as a whole. `scan` contains the
 * scan of the source and the manifests, because the manifests leave out its findings. `totals` contains the checks
 * of all services together.
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

/** A part of the work that one runner carries out as a whole, and its rough duration relative to others. */
export interface Unit {
  /** One of the repository's units, or `service NAME`. */
  readonly name: string;
  /** The rough duration; 1 is the run of a linter. */
  readonly weight: number;
}

/** The unit of a service's checks. */
export function serviceUnit(service: { readonly name: string }): string {
  return `service ${service.name}`;
}

/**
 * Picks the units of one shard. The same units always give the same shards, and each unit is in exactly one. The
 * heaviest unit goes first, each to the shard with the least work so far.
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

/** Whether this run carries out a unit of the repository: always, unless it is one of several shards. */
export function isMine(units: ReadonlySet<string> | undefined, unit: RepositoryUnit): boolean {
  return units === undefined || units.has(unit);
}
