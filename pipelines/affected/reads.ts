import { posix } from "node:path";
import { type ImageReads, isLeftOut } from "#pipelines/plan/image-reads.ts";
import { inheritedSettings } from "#pipelines/plan/inherited.ts";
import { versionFiles } from "#pipelines/plan/python/version-files.ts";
import type { PlannedService } from "#pipelines/plan/service.ts";
import { upwards } from "#pipelines/plan/tree.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import type { AffectedReason } from "./reason.ts";

/** A service that reads a path, and the reason. */
export interface Reader {
  readonly service: string;
  readonly reason: AffectedReason;
  /** Whether it does no more than exist there: a page for people, or a lock with another part that differs. */
  readonly isIdle?: boolean;
}

interface Area extends Reader {
  /** A file, or a folder with everything in it. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Folders inside it that are not read. */
  readonly nested: readonly string[];
  /** Whether files in it are not read that would be otherwise. */
  readonly leavesOut?: (path: string) => boolean;
  /** Whether a README at its top is for people alone. */
  readonly hasPages?: boolean;
}

/** Files at the top of a service that tell people about it. */
const page = /^(?:readme|changelog|changes|history|news|contributing|authors)(?:\.(?:md|rst|txt|adoc))?$/i;

/** File names that make a folder a service. A file of such a name also ends the area of the service around it. */
const marks = /^(?:pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|.*requirements.*\.txt)$/s;

/** Files that are also searched for in the folders above a service, besides the settings of tools. */
const above = new Set([
  ...inheritedSettings,
  ...versionFiles,
  "uv.lock",
  "poetry.lock",
  "pdm.lock",
  "Pipfile",
  "Pipfile.lock",
]);

/**
 * Finds the services that read a path. A service reads its own folder, the files of its installation, its image's
 * context, and the settings above it.
 */
export function readersOf(services: readonly PlannedService[]): (path: string) => readonly Reader[] {
  const areas = services.flatMap(areasOf);
  const byPath = grouped(areas.map((area) => [area.path, area]));
  // A link or a submodule may replace a folder, or one above it.
  const beneath = grouped(
    areas.flatMap((area) =>
      upwards(area.path)
        .slice(1)
        .map((folder) => [folder, area] as const),
    ),
  );
  return (path) => {
    const found: readonly Reader[] = [
      ...upwards(path)
        .flatMap((at) => (byPath.get(at) ?? []).filter((area) => holds(area, path)))
        .map((area) => ({ ...area, isIdle: isIdle(area, path) })),
      ...(beneath.get(path) ?? []),
    ];
    const others = inheriting(services, path).filter(
      ({ service }) => !found.some((reader) => reader.service === service),
    );
    return [...found, ...others];
  };
}

function isIdle({ path: at, hasPages = false }: Area, path: string): boolean {
  return hasPages && posix.dirname(path) === at && page.test(posix.basename(path));
}

function areasOf({
  name,
  path,
  nested,
  besides,
  dependencies,
  image,
  hasPages,
  lint,
  types,
}: PlannedService): readonly Area[] {
  const area = (at: string, reason: AffectedReason, isFolder: boolean, without: readonly string[] = []) => ({
    service: name,
    path: at,
    reason,
    isFolder,
    nested: without,
    hasPages,
  });
  const libraries = "libraries" in dependencies ? dependencies.libraries : [];
  const settings = [...(lint || []), ...(types || [])].flatMap(({ reads = [] }) => reads);
  return [
    area(path, "own path", true, nested),
    ...[...new Set([...dependencies.reads, ...libraries])].map((read) => {
      const isFolder = read.endsWith("/");
      const at = isFolder ? join(read, ".").replace(/\/$/, "") : read;
      return area(at, isFolder ? (at === path ? "dependencies" : "library") : kindOf(read), isFolder);
    }),
    ...besides.map((read) => area(join(read, ".").replace(/\/$/, ""), "test files", true)),
    ...settings.filter((read) => !isWithin(read, path)).map((read) => area(read, "settings", false)),
    ...(image ? imageAreas(name, image.reads) : []),
  ];
}

function imageAreas(service: string, reads: ImageReads): readonly Area[] {
  const leavesOut = isLeftOut(reads);
  return [...reads.paths, ...reads.own].map((path) => ({
    service,
    path,
    reason: "image context",
    isFolder: true,
    nested: [],
    leavesOut,
  }));
}

function kindOf(file: string): AffectedReason {
  if (file.endsWith(".lock")) return "lock file";
  return /\.(?:whl|zip|tar\.\w+|tgz)$/.test(file) ? "library" : "dependencies";
}

function holds({ path: at, isFolder, nested, leavesOut }: Area, path: string): boolean {
  if (leavesOut?.(path)) return false;
  if (path === at) return true;
  if (!isFolder) return false;
  const inner = nested.find((folder) => isWithin(path, folder));
  return inner === undefined || isMark(path, inner);
}

function isMark(path: string, folder: string): boolean {
  const [first = "", ...rest] = posix.relative(folder, path).split("/");
  return rest.length === 0 ? marks.test(first) : first === "requirements";
}

function inheriting(services: readonly PlannedService[], path: string): readonly Reader[] {
  const folder = posix.dirname(path);
  const isEverywhere = path === ".pre-commit-config.yaml";
  if (!isEverywhere && !above.has(posix.basename(path))) return [];
  return services
    .filter((service) => service.path !== folder && isWithin(service.path, folder))
    .map(({ name }) => ({ service: name, reason: "settings" }));
}

function grouped<Value>(entries: readonly (readonly [string, Value])[]): ReadonlyMap<string, Value[]> {
  const found = new Map<string, Value[]>();
  for (const [key, value] of entries) {
    const all = found.get(key);
    if (all === undefined) found.set(key, [value]);
    else all.push(value);
  }
  return found;
}
