import { parse } from "smol-toml";
import { z } from "zod";
import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { normalizedName } from "./normalized-name.ts";
import type { ProjectTables } from "./project.ts";
import { findRequirements } from "./requirements.ts";
import { uvLockOwner } from "./uv-workspace.ts";

const tomlLock = z.object({
  package: z.array(
    z.object({ name: z.string(), version: z.string().optional(), source: z.unknown().optional() }),
  ),
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
 * lock file, they come from `==` pins: in its requirements files, else where it declares groups, extras, environments
 * and sessions, the nearest ones. A malformed lock gives no versions: the installation reports it.
 */
export async function lockedVersions(tree: Tree, folder: string): Promise<Versions> {
  return (await versionsOfLock(tree, folder)) ?? pinnedVersions(await declarations(tree, folder));
}

/** The versions in the nearest lock file; undefined without one. */
export async function versionsOfLock(tree: Tree, folder: string): Promise<Versions | undefined> {
  for (const above of upwards(folder)) {
    for (const [name, read] of Object.entries(readers)) {
      if (tree.has(above, name)) return attempt(read, await tree.read(join(above, name)));
    }
  }
  return undefined;
}

/**
 * The packages in the nearest lock file of uv or Poetry that have the source of one of them, which is installed by its
 * name. Who installs a package of another source by its name gets another one.
 */
export async function packagesBeside(tree: Tree, folder: string, name: string): Promise<Versions> {
  for (const above of upwards(folder)) {
    const file = ["uv.lock", "poetry.lock"].find((each) => tree.has(above, each));
    if (file === undefined) continue;
    const read = (text: string): Versions => {
      const all = tomlLock.parse(parse(text)).package;
      const own = all.find((each) => each.name === name);
      const isBeside = ({ source }: (typeof all)[number]) =>
        JSON.stringify(source) === JSON.stringify(own?.source);
      return new Map(
        all
          .filter(isBeside)
          .flatMap((each) => (each.version === undefined ? [] : [[each.name, each.version]])),
      );
    };
    return attempt(read, await tree.read(join(above, file)));
  }
  return new Map();
}

/** The versions that a service's declarations pin. */
export function pinnedVersions({ declared, required }: Declarations): Versions {
  return new Map([...declared.flatMap(declaredIn), ...required.flatMap(pinnedIn)]);
}

/** The texts that declare a service's packages. */
interface Declarations {
  /** The files that declare groups, extras, environments and sessions, the farthest first. */
  readonly declared: readonly string[];
  /** The files of requirements. */
  readonly required: readonly string[];
}

/** Reads the files that declare a service's packages. */
export async function declarations(tree: Tree, folder: string): Promise<Declarations> {
  const requirements = await findRequirements(tree, folder).catch(() => undefined);
  const required = await Promise.all((requirements?.reads ?? []).map((path) => tree.read(path)));
  const places = upwards(folder).flatMap((above) =>
    declaring.filter((name) => tree.has(above, name)).map((name) => join(above, name)),
  );
  const declared = await Promise.all(places.toReversed().map((path) => tree.read(path)));
  return { declared, required };
}

/** The files that declare packages for development, besides requirements. */
const declaring = [
  "pyproject.toml",
  "hatch.toml",
  "tox.ini",
  "tox.toml",
  "noxfile.py",
  "setup.cfg",
  "setup.py",
];

/**
 * Finds pins such as `ruff==0.8.4` wherever they stand in a text, and Poetry's `ruff = "0.8.4"`. Other words that look
 * like them are names that nobody asks for.
 */
function declaredIn(text: string): [string, string][] {
  const lines = text.replace(/^\s*#.*$/gm, "");
  const pins = lines.matchAll(
    /(?:^|[\s"'(,])([A-Za-z0-9][\w.-]*)(?:\[[^\]\n]*\])?[ \t]*==[ \t]*(\d[\w.!+-]*)(?![\w.*])/gm,
  );
  const poetry = lines.matchAll(
    /^[ \t]*"?([A-Za-z0-9][\w.-]*)"?[ \t]*=[ \t]*["'](?:==)?[ \t]*(\d[\w.!+-]*)["']/gm,
  );
  return [...pins, ...poetry].map(([, name = "", version = ""]) => [normalizedName(name), version]);
}

/** Whether a service is installed from the lock file that has its versions: not from one of another project above. */
export async function isOwnLock(tree: Tree, project: ProjectTables): Promise<boolean> {
  const { folder } = project;
  const isThere = (above: string) => Object.keys(readers).some((name) => tree.has(above, name));
  const nearest = upwards(folder).find(isThere) ?? folder;
  return nearest === folder || nearest === (await uvLockOwner(tree, project))?.folder;
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
    ([, name = "", version = ""]) => [normalizedName(name), version],
  );
}

function attempt(read: (text: string) => Versions, text: string): Versions {
  try {
    return read(text);
  } catch {
    return new Map();
  }
}
