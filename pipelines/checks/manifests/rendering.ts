import type { Directory, File } from "@dagger.io/dagger";
import type { Kustomize } from "#modules/kustomize/src/index.ts";
import type { Manifests } from "#pipelines/config/config.ts";
import { subsetOfFolders } from "#pipelines/dagger/subset.ts";
import { codeOf } from "#pipelines/errors/errors.ts";
import { isWithin } from "#pipelines/text/path.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** The output of kustomize or Helm for a folder. */
export interface Rendering {
  /** The name for its checks: its folder, and its files of values if there are any. */
  readonly name: string;
  readonly folder: string;
  /** The source file of its findings: the kustomization, the chart or the file of values. */
  readonly file: string;
  /** The manifests as one YAML stream. Fails as the module's `build` or `template` does. */
  readonly manifests: Promise<File>;
}

/** Renders every kustomization of the source that is not a Component. */
export function renderKustomizations(
  workspace: Workspace,
  { skip, loadRestrictor }: Manifests,
): readonly Rendering[] {
  const { plan, source, tools } = workspace;
  const charts = plan.kustomizations.some(({ hasCharts }) => hasCharts) ? plan.charts : [];
  // Whole folders, as in `view`, so that a change elsewhere does not cause a new rendering.
  const readable =
    loadRestrictor === "LoadRestrictionsNone"
      ? source
      : subsetOfFolders(
          source,
          [...plan.kustomizations, ...charts].map(({ folder }) => folder),
        );
  return plan.kustomizations
    .filter(({ folder, isComponent }) => !isComponent && !isSkipped(folder, skip))
    .map(({ folder, file }) => ({
      name: folder,
      folder,
      file,
      manifests: begun(workspace.run(() => built(tools.kustomize, folder, readable, source))),
    }));
}

/** Renders from the folders of kustomizations. If that fails, the whole source shows the true reason. */
async function built(
  kustomize: Kustomize,
  folder: string,
  readable: Directory,
  source: Directory,
): Promise<File> {
  try {
    return await kustomize.build(readable, folder);
  } catch (error) {
    if (readable === source || codeOf(error) !== "TOOL_FAILED") throw error;
    return kustomize.build(source, folder);
  }
}

/** Whether slipway.yaml skips a folder or one above it. */
export function isSkipped(folder: string, skip: readonly string[]): boolean {
  return skip.some((path) => isWithin(folder, path));
}

/** Marks a failure as handled, so that it does not end the process before somebody awaits it. */
export function begun(manifests: Promise<File>): Promise<File> {
  manifests.catch(() => {});
  return manifests;
}
