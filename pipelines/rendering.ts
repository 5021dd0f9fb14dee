import { type Directory, dag, type File } from "@dagger.io/dagger";
import { isWithin } from "./plan/tree.ts";
import type { Kustomization } from "./plan.ts";
import type { Workspace } from "./workspace.ts";

/** What kustomize makes of a folder. */
export interface Rendering extends Kustomization {
  /** The manifests as one YAML stream; fails as the kustomize module's `build` does. */
  readonly manifests: Promise<File>;
}

/**
 * Renders every kustomization of the source that is not a Component.
 *
 * @param skip folders that are left out, with those below them.
 */
export function renderings(workspace: Workspace, skip: readonly string[]): readonly Rendering[] {
  const { plan, kustomize } = workspace;
  const source = readable(workspace.source, plan.kustomizations);
  return plan.kustomizations
    .filter(({ folder, isComponent }) => !isComponent && !skip.some((path) => isWithin(folder, path)))
    .map((each) => {
      const manifests = workspace.run(() => kustomize.build(source, each.folder));
      // Those who await it hear of a failure; until one does, it shall not end the process.
      manifests.catch(() => {});
      return { ...each, manifests };
    });
}

/**
 * Narrows the source to what kustomize can read: the folders that hold a kustomization file, with all below them. Put
 * together of whole folders, as `view` does, so that a change elsewhere renders nothing anew.
 */
function readable(source: Directory, kustomizations: readonly Kustomization[]): Directory {
  const folders = kustomizations.map(({ folder }) => folder);
  if (folders.includes(".")) return source;
  return folders
    .filter((folder) => !folders.some((above) => above !== folder && isWithin(folder, above)))
    .reduce((seen, folder) => seen.withDirectory(folder, source.directory(folder)), dag.directory());
}
