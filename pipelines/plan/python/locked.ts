import { parse } from "smol-toml";
import { z } from "zod";
import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { findRequirements } from "./requirements.ts";

const tomlLock = z.object({
  package: z.array(z.object({ name: z.string(), version: z.string().optional() })),
});

const pipfileLock = z.object({
  default: z.record(z.string(), z.looseObject({ version: z.string().optional() })).optional(),
  develop: z.record(z.string(), z.looseObject({ version: z.string().optional() })).optional(),
});

type Versions = ReadonlyMap<string, string>;

const readers: Readonly<Record<string, (text: string) => Versions>> = {
  "uv.lock": inToml,
  "poetry.lock": inToml,
  "pdm.lock": inToml,
  "Pipfile.lock": inPipfile,
};

/**
 * Reads the locked versions of a service's packages: from the nearest lock file, in its folder or above. Without a
 * lock file, they come from `==` pins in its requirements files. A malformed lock gives no versions: the
 * installation reports it.
 */
export async function lockedVersions(tree: Tree, folder: string): Promise<Versions> {
  for (const above of upwards(folder)) {
    for (const [name, read] of Object.entries(readers)) {
      if (tree.has(above, name)) return attempt(read, await tree.read(join(above, name)));
    }
  }
  const requirements = await findRequirements(tree, folder).catch(() => undefined);
  const texts = await Promise.all((requirements?.reads ?? []).map((path) => tree.read(path)));
  return new Map(texts.flatMap(pinnedIn));
}

function inToml(text: string): Versions {
  const { package: packages } = tomlLock.parse(parse(text));
  return new Map(packages.flatMap(({ name, version }) => (version === undefined ? [] : [[name, version]])));
}

function inPipfile(text: string): Versions {
  const { default: running = {}, develop = {} } = pipfileLock.parse(JSON.parse(text));
  return new Map(
    Object.entries({ ...running, ...develop }).flatMap(([name, { version }]) =>
      version?.startsWith("==") ? [[name, version.slice(2)]] : [],
    ),
  );
}

function pinnedIn(text: string): [string, string][] {
  return [...text.matchAll(/^\s*([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*==\s*([0-9A-Za-z.!+_-]+)/gm)].map(
    ([, name = "", version = ""]) => [name.toLowerCase().replace(/[._-]+/g, "-"), version],
  );
}

function attempt(read: (text: string) => Versions, text: string): Versions {
  try {
    return read(text);
  } catch {
    return new Map();
  }
}
