import type { Directory } from "@dagger.io/dagger";
import { narrowToAffected } from "#pipelines/affected/affected.ts";
import { compareWithBase } from "#pipelines/baseline/compare.ts";
import { allPassed, type BumpPreview, deferBump, previewBump, skipBump } from "#pipelines/bump/preview.ts";
import { runChecks } from "#pipelines/checks/checks.ts";
import { checkContext } from "#pipelines/checks/context.ts";
import { checkImage, type ImageResult } from "#pipelines/checks/image/image.ts";
import { takeShard } from "#pipelines/checks/units.ts";
import { conclude } from "#pipelines/conclude/conclude.ts";
import { runFactsOf } from "#pipelines/conclude/run-facts.ts";
import type { CheckResult } from "#pipelines/verdict/run-check.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { findInlineWaivers } from "#pipelines/workspace/inline-waivers.ts";
import { type OwnRequest, openWorkspace, type Workspace } from "#pipelines/workspace/workspace.ts";

/** The result of a run of the pipeline. */
export interface CiResult {
  readonly verdict: Verdict;
  /**
   * index.html, summary.json, summary.md, verdict.txt, findings.json, findings.sarif, and a folder with the tool's
   * files for each check.
   */
  readonly reports: Directory;
  /** The source with its bumped overlays; absent if nothing was bumped. */
  readonly bumped?: Directory;
}

/**
 * Runs the whole pipeline: the checks and the images side by side, then the bump if all of that passed. No check
 * stops another; the verdict holds everything that fails or breaks.
 *
 * If the call names a base, the services that no difference from it affects are left out. If it names a base whose
 * findings are known, those findings block nothing. In a shard, it runs this shard's part of the checks, and no
 * bump.
 *
 * @throws the errors of the configuration and of an empty source, because then there is nothing to run.
 */
export async function ci(request: OwnRequest): Promise<CiResult> {
  const start = Date.now();
  const opened = takeShard(await openWorkspace(request));
  const { workspace, stages: narrowing } = await narrowToAffected(opened);
  const context = checkContext(workspace, checkImage);
  const { compare, check: baseline } = compareWithBase(context);
  const inlineWaivers = workspace.run(() => findInlineWaivers(workspace));
  const facts = runFactsOf(workspace, start);
  const checked = await runChecks(context, compare);
  const images = await Promise.all(context.images());
  const stages = [...narrowing, ...checked, await baseline()];
  const bumped = await bumpAfter(workspace, stages.flat(), images);
  return {
    ...(await conclude(workspace, inlineWaivers, [...stages, bumped.checks], images, facts)),
    ...(bumped.source === undefined ? {} : { bumped: bumped.source }),
  };
}

/** An overlay moves only after everything passed, which a shard does not know. */
async function bumpAfter(
  workspace: Workspace,
  evidence: readonly CheckResult[],
  images: readonly ImageResult[],
): Promise<BumpPreview> {
  if (workspace.shard !== undefined) return deferBump(workspace);
  return allPassed(evidence) ? previewBump(workspace, images) : skipBump(workspace);
}
