import { createHash } from "node:crypto";
import { CacheSharingMode, type Container, type Directory, dag, type File } from "@dagger.io/dagger";
import { withEntry } from "./entry.ts";
import { parseRenders } from "./render.ts";
import { rendersFolder } from "./renders-folder.ts";

/** What a commit changes, as the arguments of push have it. */
interface Change {
  readonly changes: Directory;
  readonly message: string;
  readonly places: readonly string[];
  readonly renders: string;
  readonly kustomize: File | undefined;
  readonly entry: string;
  /** The number of the newest entry that the caller knows; -1: any. */
  readonly known: number;
}

/**
 * Gives a container what the script that pushes reads. Fails with ARGUMENT_INVALID on renders and an entry of another
 * form.
 *
 * @param queue pushes with the same text wait for one another
 */
export function withChange(container: Container, queue: string, change: Change): Container {
  const { changes, message, places, renders, kustomize, entry, known } = change;
  const hash = createHash("sha256").update(queue).digest("hex").slice(0, 32);
  const asked = parseRenders(renders);
  let ready = container
    .withMountedDirectory("/changes", changes)
    .withNewFile("/slipway/message", message)
    .withNewFile("/slipway/set", places.map((place) => `${place}\n`).join(""))
    .withMountedCache("/queue", dag.cacheVolume(`slipway-gitops-${hash}`), {
      sharing: CacheSharingMode.Shared,
    });
  if (entry !== "") ready = withEntry(ready, entry, known);
  if (kustomize === undefined || asked.length === 0) return ready;
  return ready
    .withMountedFile("/slipway/kustomize", kustomize)
    .withMountedDirectory("/slipway/renders", rendersFolder(asked));
}
