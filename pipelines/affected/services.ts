import { posix } from "node:path";
import type { Plan } from "#pipelines/plan/plan.ts";
import { upwards } from "#pipelines/plan/tree.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { aliasesBy, type Link } from "./aliases.ts";
import { type LockTexts, unaffectedByLocks } from "./locks.ts";
import { readersOf } from "./reads.ts";
import { type Touch, Touches } from "./reason.ts";

/** The difference from a base, and the facts that decide which services it affects. */
export interface Difference {
  /** The files that differ, by their paths in the repository; a renamed file under both names. */
  readonly files: readonly string[];
  /** Where the source lies in the repository: `.`, or the folder that `root` of slipway.yaml names. */
  readonly root: string;
  /** The configuration files, by their paths in the repository. */
  readonly configs: readonly string[];
  /** The symbolic links of the source. */
  readonly links: readonly Link[];
  /** The texts of the changed files that may be manifests, by their paths in the source. */
  readonly texts: ReadonlyMap<string, string>;
  /** The files that are no longer there, by their paths in the repository. */
  readonly removed: ReadonlySet<string>;
  /** The changed locks of uv, by their paths in the source. */
  readonly locks: ReadonlyMap<string, LockTexts>;
}

/** A service, and why it must be checked. */
export interface AffectedService {
  readonly name: string;
  readonly path: string;
  readonly reasons: readonly Touch[];
}

/** The part of a plan that decides which services a change affects. */
export type Touchable = Pick<
  Plan,
  "services" | "faults" | "overlays" | "kustomizations" | "charts" | "infrastructure" | "foreign"
>;

/**
 * Finds the services that must be checked, because the difference from a base may change the results of their
 * checks.
 *
 * A file affects the services that read it. A manifest affects those whose images it names. A uv.lock affects those
 * for which it installs something else. Documentation at the top that no service reads affects none, and neither does
 * a service's README that is in no image. Neither do files of OpenTofu, because the checks of the whole repository
 * always run, and a file of a project in another language that no service reads, if it is not of Python. Any other
 * file affects every service. So do the configuration and a file that no service is known to read. A service that
 * could not be planned is always named.
 *
 * @param plan the plan for all services.
 */
export function affectedBy(plan: Touchable, difference: Difference): readonly AffectedService[] {
  const { files, root, configs, links, texts, removed } = difference;
  const { services } = plan;
  const touches = new Touches();
  const everyone = (reason: "configuration" | "unknown file", path: string) => {
    for (const { name } of services) touches.add(name, reason, path);
  };
  const readers = readersOf(services);
  const aliases = aliasesBy(links);
  const isForeign = foreignIn(plan);
  const applied = new Set(plan.infrastructure.flatMap((each) => each.files));
  for (const file of files) {
    const path = posix.relative(root, file) || ".";
    const isInside = path !== ".." && !path.startsWith("../");
    const known = isInside ? readers(path) : [];
    const others = isInside ? aliases(path) : [];
    const deployed = servicesNamed(plan, texts.get(path));
    const isLocked = unaffectedByLocks(services, path, difference.locks);
    // One of its names may be idle, such as a README that links to code.
    const busy = [...known, ...(others ?? []).flatMap(readers)].filter(
      ({ service, reason, isIdle = false }) => !(isIdle && !removed.has(file)) && !isLocked(service, reason),
    );
    for (const { service, reason } of distinct(busy)) touches.add(service, reason, file);
    for (const service of deployed) touches.add(service, "overlay", file);
    if (configs.includes(file)) everyone("configuration", file);
    else if (others === undefined) everyone("unknown file", file);
    else if (known.length + deployed.length > 0 || applied.has(path)) continue;
    else if (isInside && isForeign(path)) continue;
    else if (!isDocumentation(path) && !isDocumentation(file)) everyone("unknown file", file);
  }
  return listed(plan, touches);
}

/** Names every service, because the cause of the change is not known. */
export function everyService(plan: Touchable): readonly AffectedService[] {
  const touches = new Touches();
  for (const { name } of plan.services) touches.add(name, "no base");
  return listed(plan, touches);
}

/**
 * Picks the changed files that may be manifests: YAML and JSON below a kustomization or a chart. A kustomization at
 * the top does not make every file a manifest.
 *
 * @param paths paths in the source.
 */
export function manifestsAmong(plan: Touchable, paths: readonly string[]): readonly string[] {
  const folders = new Set([
    ...plan.overlays,
    ...plan.kustomizations.map(({ folder }) => folder),
    ...plan.charts.map(({ folder }) => folder),
  ]);
  const files = new Set(plan.kustomizations.map(({ file }) => file));
  const isBelow = (path: string) => upwards(path).some((folder) => folder !== "." && folders.has(folder));
  return paths.filter((path) => files.has(path) || (/\.(?:ya?ml|json)$/.test(path) && isBelow(path)));
}

/**
 * Whether a file is of a project in another language alone: not code of Python, which services may share, and not in a
 * folder around a service.
 */
function foreignIn({ services, faults, foreign }: Touchable): (path: string) => boolean {
  const folders = [...services, ...faults].flatMap(({ path = [] }) => path);
  const apart = foreign.filter((folder) => !folders.some((service) => isWithin(service, folder)));
  return (path) => !/\.pyi?$/.test(path) && apart.some((folder) => isWithin(path, folder));
}

/** Whether people read a file and no check does. True only at the top, where no tool looks for its own files. */
function isDocumentation(path: string): boolean {
  return /^(?:[^/]+\.md|LICEN[CS]E(?:\.txt)?|docs\/.+)$/s.test(path);
}

/** The services whose images a text names, with or without a tag or digest. */
function servicesNamed({ services }: Touchable, text = ""): readonly string[] {
  return services
    .filter(({ image }) => image && image.name !== undefined && names(text, image.name))
    .map(({ name }) => name);
}

function names(text: string, image: string): boolean {
  const escaped = image.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w./-])${escaped}(?![\\w./-])`).test(text);
}

function listed({ services, faults }: Touchable, touches: Touches): readonly AffectedService[] {
  const unplanned = faults.flatMap(({ id: { service: name }, path }) => {
    if (path === undefined || name === undefined) return [];
    touches.add(name, "not planned");
    return services.some((service) => service.name === name) ? [] : [{ name, path }];
  });
  return [...services, ...unplanned]
    .map(({ name, path }) => ({ name, path, reasons: touches.of(name) }))
    .filter(({ reasons }) => reasons.length > 0);
}

function distinct<Item extends { readonly service: string; readonly reason: string }>(
  items: readonly Item[],
): readonly Item[] {
  return [...new Map(items.map((item) => [`${item.service} ${item.reason}`, item])).values()];
}
