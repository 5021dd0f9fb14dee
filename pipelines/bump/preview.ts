import type { Directory } from "@dagger.io/dagger";
import type { ImageResult } from "#pipelines/checks/image/image.ts";
import { isMine } from "#pipelines/shards/unit.ts";
import { deferredCheck } from "#pipelines/verdict/deferred.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

const kind = "bump";

export const unnamedText = "no image with a name was built";
export const notBumpedText = "an earlier check did not pass";

/** The result of the bump: its checks and the changed source. */
export interface BumpPreview {
  readonly checks: readonly CheckResult[];
  /** The source with the overlays set to the checked images; absent if there was nothing to set. */
  readonly source?: Directory;
}

/** Sets the configured overlays to the checked images, by digest, one overlay after the other. */
export async function previewBump(
  workspace: Workspace,
  imaged: readonly ImageResult[],
): Promise<BumpPreview> {
  const { tools, gates, plan } = workspace;
  const images = imaged.flatMap(({ checked }) => (checked ? [`${checked.name}@${checked.digest}`] : []));
  if (plan.overlays.length === 0) return { checks: [none] };
  if (images.length === 0) return { checks: [skippedCheck({ kind }, unnamedText)] };
  let source = workspace.source;
  const checks: CheckResult[] = [];
  for (const overlay of plan.overlays) {
    const check = await workspace.run(() =>
      runCheck({ kind, subject: overlay, gates }, async () => {
        const bumped = await tools.kustomize.setImages(source, overlay, images);
        const reports = await changed(source, bumped, overlay);
        source = bumped;
        return { reports, read: async () => ({ findings: [] }), note: () => `set ${images.join(", ")}` };
      }),
    );
    checks.push(check);
  }
  return { checks, source };
}

/** Reports every overlay as skipped, because a check before it did not pass. */
export function skipBump(workspace: Workspace): BumpPreview {
  const { overlays } = workspace.plan;
  if (overlays.length === 0) return { checks: [none] };
  return {
    checks: overlays.map((overlay) => skippedCheck({ kind, subject: overlay }, notBumpedText)),
  };
}

/** Leaves the bump to the merge: a shard does not know whether the others passed. */
export function deferBump({ plan, units }: Workspace): BumpPreview {
  if (!isMine(units, "bump")) return { checks: [] };
  if (plan.overlays.length === 0) return { checks: [none] };
  return { checks: plan.overlays.map((overlay) => deferredCheck({ kind, subject: overlay })) };
}

/** Whether every check passed or was skipped. */
export function allPassed(examined: readonly Pick<CheckResult, "check">[]): boolean {
  return examined.every(({ check }) => check.outcome === "passed" || check.outcome === "skipped");
}

const none = skippedCheck({ kind }, "no overlay under bump.overlays in slipway.yaml");

/** The files of an overlay that the bump changed, in their new state. */
async function changed(before: Directory, after: Directory, overlay: string): Promise<Directory> {
  return before.directory(overlay).diff(after.directory(overlay));
}
