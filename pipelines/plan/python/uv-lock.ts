import { parse } from "smol-toml";
import { z } from "zod";
import { normalizedName } from "./normalized-name.ts";

const named = z.looseObject({ name: z.string() });
const needs = z.record(z.string(), z.array(named));

const schema = z.looseObject({
  manifest: z.looseObject({ "dependency-groups": needs.optional() }).optional(),
  package: z
    .array(
      z.looseObject({
        name: z.string(),
        source: z.looseObject({}).optional(),
        dependencies: z.array(named).optional(),
        "optional-dependencies": needs.optional(),
        "dev-dependencies": needs.optional(),
      }),
    )
    .default([]),
});

/** A uv.lock. */
export type UvLock = z.infer<typeof schema>;

type Package = UvLock["package"][number];

/** What is installed from a lock for a project besides its own needs. */
interface Besides {
  /** Groups of the project at the top. */
  readonly groups?: readonly string[];
  /** Packages, whoever needs them. */
  readonly names?: readonly string[];
}

/**
 * Writes the part of a uv.lock that one project of its workspace installs: its packages with everything that they
 * need, in every group and extra, and the settings of the whole lock. Two locks with the same part install the same.
 *
 * @param member the project's name; default: the project at the top.
 * @returns undefined if the lock has no such project.
 */
export function lockedFor(lock: UvLock, member?: string, besides: Besides = {}): string | undefined {
  const { package: packages, manifest, revision: _, ...settings } = lock;
  const start = packages.find((each) =>
    member === undefined ? isTop(each) : normalizedName(each.name) === normalizedName(member),
  );
  if (start === undefined) return undefined;
  const byName = new Map<string, Package[]>();
  for (const each of packages) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
  const wanted = (besides.groups ?? []).map(normalizedName);
  const shared = [manifest?.["dependency-groups"], packages.find(isTop)?.["dev-dependencies"]]
    .flatMap((groups) => Object.entries(groups ?? {}))
    .filter(([name]) => wanted.includes(normalizedName(name)));
  const names = [...(besides.names ?? []), ...shared.flatMap(([, needed]) => needed.map(({ name }) => name))];
  const reached = new Set([start.name, ...names]);
  for (const name of reached) {
    for (const each of byName.get(name) ?? []) for (const need of needsOf(each)) reached.add(need);
  }
  // A new member changes nothing for the others.
  const { members: __, ...rules } = manifest ?? {};
  const parts = [...reached].sort().flatMap((name) => byName.get(name) ?? []);
  return JSON.stringify([settings, rules, shared, parts]);
}

/** Reads a uv.lock; undefined if it is malformed. */
export function readUvLock(text: string): UvLock | undefined {
  try {
    return schema.safeParse(parse(text)).data;
  } catch {
    return undefined;
  }
}

function isTop({ source = {} }: Package): boolean {
  return ["editable", "virtual", "directory"].some((kind) => source[kind] === ".");
}

function needsOf(one: Package): readonly string[] {
  const tables = [
    ...Object.values(one["optional-dependencies"] ?? {}),
    ...Object.values(one["dev-dependencies"] ?? {}),
  ];
  return [...(one.dependencies ?? []), ...tables.flat()].map(({ name }) => name);
}
