import { posix } from "node:path";
import { lockedFor, readUvLock, type UvLock } from "#pipelines/plan/python/uv-lock.ts";
import type { PlannedService } from "#pipelines/plan/service.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { codeToolOf } from "#pipelines/tools/registry.ts";
import type { AffectedReason } from "./reason.ts";

/** A lock at the base and in the source. */
export interface LockTexts {
  readonly before: string;
  readonly after: string;
}

/**
 * Finds the members of a uv workspace for which a changed lock, or the changed manifest of another member, installs
 * nothing else. That the lock matches a manifest is checked by the service that the manifest belongs to.
 *
 * @param path the changed file, relative to the source.
 * @returns whether that file does not affect a service, for one of the reasons why the service reads it.
 */
export function unaffectedByLocks(
  services: readonly PlannedService[],
  path: string,
  locks: ReadonlyMap<string, LockTexts>,
): (service: string, reason: AffectedReason) => boolean {
  const changed = locks.get(path);
  if (changed === undefined && posix.basename(path) !== "pyproject.toml") return () => false;
  const [before, after] = [changed?.before, changed?.after].map((text) =>
    text === undefined ? undefined : readUvLock(text),
  );
  const byName = new Map(services.map((service) => [service.name, service]));
  return (name, reason) => {
    const service = byName.get(name);
    if (service?.dependencies.kind !== "uv-lock") return false;
    if (changed !== undefined) {
      return before !== undefined && after !== undefined && isSame(service, reason, path, [before, after]);
    }
    // A manifest above a service also has settings of tools, which apply to it.
    const isApart = !isWithin(service.path, posix.dirname(path));
    return (
      reason === "dependencies" && isApart && services.some((other) => other !== service && isOf(other, path))
    );
  };
}

function isSame(
  service: PlannedService,
  reason: AffectedReason,
  path: string,
  [before, after]: readonly [UvLock, UvLock],
): boolean {
  const { dependencies, image } = service;
  if (dependencies.kind !== "uv-lock" || path !== join(dependencies.folder, "uv.lock")) return false;
  const { member, shared } = dependencies;
  let besides = {};
  if (reason === "image context") {
    const { packages = [] } = image ? image.reads : {};
    if (packages.length === 0 || packages.some((name) => name !== member)) return false;
  } else if (reason === "lock file") besides = { groups: shared, names: toolsOf(service) };
  else return false;
  const part = lockedFor(before, member, besides);
  return part !== undefined && part === lockedFor(after, member, besides);
}

/** The packages of the tools for a service's code. Whoever needs them, the lock tells their versions. */
function toolsOf({ lint, types }: PlannedService): readonly string[] {
  return [...(lint || []), ...(types || [])].map(({ tool }) => codeToolOf(tool).package ?? tool);
}

/** Whether a manifest is that of a service, or of a library that it installs from the same kind of lock. */
function isOf({ path: folder, dependencies }: PlannedService, manifest: string): boolean {
  if (dependencies.kind !== "uv-lock" || !dependencies.reads.includes(manifest)) return false;
  const at = posix.dirname(manifest);
  return at === folder || dependencies.libraries.includes(`${at}/`);
}
