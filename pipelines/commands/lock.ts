import { posix } from "node:path";
import { type Changeset, dag } from "@dagger.io/dagger";
import { writeFile } from "#pipelines/dagger/changeset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type Lock, lockFile, writeLock } from "#pipelines/lock/lock.ts";
import { lockable } from "#pipelines/lock/references.ts";
import type { Request } from "#pipelines/request.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type LoadedSource, loadSource } from "#pipelines/workspace/load.ts";
import { usedTools } from "./used-tools.ts";

/**
 * Writes slipway.lock from the current answers of the registries.
 *
 * @returns the change to that one file; empty if every digest is still the same.
 * @throws IMAGE_UNAVAILABLE, which names every image that could not be resolved. A partial lock would look
 * complete.
 */
export async function refreshLock(request: Request): Promise<Changeset> {
  const surveyed = await loadSource(request);
  return writeFile(request.source, posix.join(surveyed.root, lockFile), await freshLock(surveyed));
}

/** The text of a lock for the images that the plan uses, from the current answers of the registries. */
export async function freshLock(surveyed: LoadedSource): Promise<string> {
  return writeLock(await resolved(tagsOf(surveyed)));
}

/** The tags that the lock of a source must have, in order. */
export function tagsOf({ named, plan, config }: LoadedSource): readonly string[] {
  const pythons = plan.services.flatMap((service) => service.pythons);
  return lockable(named, pythons, usedTools(plan, config));
}

async function resolved(tags: readonly string[]): Promise<Lock> {
  const lock = new Map<string, string>();
  const missing: string[] = [];
  let reason = "";
  await Promise.all(
    tags.map(async (tag) => {
      const ask = () => dag.container().from(tag).imageRef();
      try {
        // The call is repeated once, because the engine loses an answer that took minutes, for example from a
        // mirror that fetches the image first.
        const reference = await ask().catch(ask);
        lock.set(tag, reference.slice(reference.indexOf("@") + 1));
      } catch (error) {
        missing.push(tag);
        reason = error instanceof Error ? error.message : String(error);
      }
    }),
  );
  if (missing.length === 0) return lock;
  throw new SlipwayError(
    "IMAGE_UNAVAILABLE",
    `no registry returned a digest for ${missing.sort().join(", ")} (${printable(reason).slice(0, 300)})`,
    "Check that the engine can reach the registry, or set a mirror under `tools` in slipway.yaml.",
  );
}
