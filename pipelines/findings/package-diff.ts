import { packageName } from "./fingerprint.ts";
import type { Package, Sbom } from "./sbom.ts";

/** A package's versions and licenses on one side. */
export interface PackageState {
  readonly versions: readonly string[];
  readonly licenses: readonly string[];
}

/** A changed package; one side is absent if it was added or removed. */
export interface PackageChange {
  readonly type: string;
  readonly name: string;
  readonly before?: PackageState;
  readonly after?: PackageState;
}

/** The changes of the packages since an earlier SBOM. */
export interface PackageChanges {
  readonly added: readonly PackageChange[];
  readonly removed: readonly PackageChange[];
  /** The packages with another version or another license. */
  readonly changed: readonly PackageChange[];
  readonly unchanged: number;
}

/** Lists all changes: the added, removed and changed packages. */
export function allChanges({ added, removed, changed }: PackageChanges): readonly PackageChange[] {
  return [...added, ...removed, ...changed];
}

/** Describes a package before and after, in one table cell each: its versions, and its licenses if they differ. */
export function cellsOf({ before, after }: PackageChange): readonly [string, string] {
  const licensed = before?.licenses.join() !== after?.licenses.join();
  return [cellOf(before, licensed), cellOf(after, licensed)];
}

function cellOf(state: PackageState | undefined, licensed: boolean): string {
  if (state === undefined) return "";
  const versions = state.versions.join(", ") || "no version";
  return licensed ? `${versions} (${state.licenses.join(", ") || "no license"})` : versions;
}

/** Compares two SBOMs of the same format, package by package, each by its type and name. */
export function packageChanges(before: Sbom, after: Sbom): PackageChanges {
  const [old, now] = [grouped(before.packages), grouped(after.packages)];
  const changes = [...new Set([...old.keys(), ...now.keys()])].sort().map((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const { type, name } = (is ?? was)?.[0] ?? { type: "", name: key };
    return {
      type,
      name,
      ...(was === undefined ? {} : { before: stateOf(was) }),
      ...(is === undefined ? {} : { after: stateOf(is) }),
    };
  });
  const both = changes.filter((each) => each.before !== undefined && each.after !== undefined);
  const changed = both.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  return {
    added: changes.filter((each) => each.before === undefined),
    removed: changes.filter((each) => each.after === undefined),
    changed,
    unchanged: both.length - changed.length,
  };
}

/** `2 added, 1 removed, 3 changed since the last release`. */
export function changesText({ added, removed, changed }: PackageChanges): string {
  const counts = { added, removed, changed };
  const parts = Object.entries(counts).filter(([, list]) => list.length > 0);
  return parts.length === 0
    ? "the packages of the last release"
    : `${parts.map(([what, list]) => `${list.length} ${what}`).join(", ")} since the last release`;
}

function grouped(packages: readonly Package[]): ReadonlyMap<string, readonly Package[]> {
  const groups = new Map<string, Package[]>();
  for (const each of packages) {
    const key = `${each.type}/${each.type === "pypi" ? packageName(`${each.name} `) : each.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}

function stateOf(packages: readonly Package[]): PackageState {
  return {
    versions: [...new Set(packages.map(({ version }) => version))].sort(),
    licenses: [...new Set(packages.flatMap(({ licenses }) => licenses))].sort(),
  };
}
