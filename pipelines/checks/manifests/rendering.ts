import type { File } from "@dagger.io/dagger";
import type { Manifests } from "#pipelines/config/config.ts";
import { subsetOfFolders } from "#pipelines/dagger/subset.ts";
import { isWithin } from "#pipelines/text/path.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** What kustomize or Helm makes of a folder. */
export interface Rendering {
  /** What its checks are called after: its folder; with files of values, these too. */
  readonly name: string;
  readonly folder: string;
  /** The file that it stands for: the kustomization, the chart or the file of values. */
  readonly file: string;
  /** The manifests as one YAML stream; fails as the `build` or `template` of the module does. */
  readonly manifests: Promise<File>;
}

/** Renders every kustomization of the source that is not a Component. */
export function renderKustomizations(workspace: Workspace, { skip }: Manifests): readonly Rendering[] {
  const { plan, source, tools } = workspace;
  // Whole folders, as in `view`, so that a change elsewhere renders nothing anew.
  const readable = subsetOfFolders(
    source,
    plan.kustomizations.map(({ folder }) => folder),
  );
  return plan.kustomizations
    .filter(({ folder, isComponent }) => !isComponent && !isSkipped(folder, skip))
    .map(({ folder, file }) => ({
      name: folder,
      folder,
      file,
      manifests: begun(workspace.run(() => tools.kustomize.build(readable, folder))),
    }));
}

/** Says whether slipway.yaml leaves a folder out, by itself or with one above it. */
export function isSkipped(folder: string, skip: readonly string[]): boolean {
  return skip.some((path) => isWithin(folder, path));
}

/** Those who await it hear of a failure; until one does, it shall not end the process. */
export function begun(manifests: Promise<File>): Promise<File> {
  manifests.catch(() => {});
  return manifests;
}
