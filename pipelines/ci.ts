import type { Directory } from "@dagger.io/dagger";
import { narrowed } from "#pipelines/affected/affected.ts";
import { comparedWithBase } from "#pipelines/baseline/compare.ts";
import { allPassed, type Bumped, bump, bumpDeferred, notBumped } from "#pipelines/bump/preview.ts";
import { checks } from "#pipelines/checks/checks.ts";
import { type Imaged, image } from "#pipelines/checks/image/image.ts";
import { conclude } from "#pipelines/conclude/conclude.ts";
import type { Examined } from "#pipelines/verdict/run-check.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { remarksOf } from "#pipelines/workspace/inline-waivers.ts";
import { type OwnRequest, openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";

/** What a run of the pipeline leaves. */
export interface Delivery {
  readonly verdict: Verdict;
  /** index.html, summary.json, summary.md, verdict.txt, findings.json, findings.sarif and, in a folder for each check, what its tool wrote. */
  readonly reports: Directory;
  /** The source with its overlays bumped; absent when nothing was. */
  readonly bumped?: Directory;
}

/**
 * Runs everything: the checks and the images side by side, then, if all of that passed, the bump. No check stops
 * another; whatever fails or breaks is in the verdict. Where the call names a base, the services are left out that nothing
 * touches of what differs from it; where it names one whose findings are known, those stop nothing. In a shard it is this
 * shard's part of the checks, and no bump.
 *
 * @throws the errors of the configuration and of an empty source, for then there is nothing to run.
 */
export async function ci(request: OwnRequest): Promise<Delivery> {
  const { workspace: opened, compared } = await comparedWithBase(await openWorkspace(request));
  const { workspace, stages: narrowing } = await narrowed(opened);
  const remarks = workspace.run(() => remarksOf(workspace));
  const { stages: before, images } = await checks(workspace, narrowing, image);
  const stages = [...before, await compared()];
  const bumped = await bumpAfter(workspace, stages.flat(), images);
  return {
    ...(await conclude(workspace, remarks, [...stages, bumped.checks], images)),
    ...(bumped.source === undefined ? {} : { bumped: bumped.source }),
  };
}

/** No overlay moves but after everything passed, which a shard does not know. */
async function bumpAfter(
  workspace: Workspace,
  evidence: readonly Examined[],
  images: readonly Imaged[],
): Promise<Bumped> {
  if (workspace.shard !== undefined) return bumpDeferred(workspace);
  return allPassed(evidence) ? bump(workspace, images) : notBumped(workspace);
}
