import { posix } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import type { ImageResult } from "#pipelines/checks/image/image.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
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

/**
 * Sets the configured overlays to the checked images, by digest, one overlay after the other. Each overlay gets the
 * images that it renders: many repositories have an overlay for each service.
 */
export async function previewBump(
  workspace: Workspace,
  imaged: readonly ImageResult[],
): Promise<BumpPreview> {
  const { plan, config } = workspace;
  const images = imaged.flatMap(({ checked }) => checked ?? []);
  if (plan.overlays.length === 0) return { checks: [none] };
  if (images.length === 0) return { checks: [skippedCheck({ kind }, unnamedText)] };
  const configured = Object.values(config.services ?? {}).flatMap(({ image }) =>
    image ? (image.name ?? []) : [],
  );
  let source = workspace.source;
  const checks: CheckResult[] = [];
  const rendered = new Set<string>();
  for (const overlay of plan.overlays) {
    const { check, bumped, names } = await setOverlay(workspace, source, overlay, images, configured);
    checks.push(check);
    source = bumped;
    for (const name of names) rendered.add(name);
  }
  return { checks: [...checks, ...(await left(workspace, checks, images, rendered))], source };
}

type Image = NonNullable<ImageResult["checked"]>;

async function setOverlay(
  { tools, gates, run }: Workspace,
  source: Directory,
  overlay: string,
  images: readonly Image[],
  configured: readonly string[],
) {
  const id = { kind, subject: overlay };
  let bumped = source;
  let names: readonly string[] = [];
  const check = await run(async () => {
    const [listed] = await Promise.allSettled([tools.kustomize.images(source, overlay)]);
    if (listed.status === "fulfilled") names = listed.value;
    const own = images.filter(({ name }) => names.includes(name));
    // Another service's overlay is not a mistake. An overlay without any image of ours is one.
    if (own.length === 0 && configured.some((name) => names.includes(name))) {
      return skippedCheck(id, "it renders no image that this run built");
    }
    return runCheck({ ...id, gates }, async () => {
      const wanted = (own.length > 0 ? own : images).map(({ name, digest }) => `${name}@${digest}`);
      bumped = await tools.kustomize.setImages(source, overlay, wanted);
      return {
        reports: await changed(source, bumped, overlay),
        read: async () => ({ findings: [] }),
        note: () => `set ${wanted.join(", ")}`,
      };
    });
  });
  return { check, bumped, names };
}

/** A check that names the images that no overlay renders; none if there is no such image. */
async function left(
  { gates }: Workspace,
  checks: readonly CheckResult[],
  images: readonly Image[],
  rendered: ReadonlySet<string>,
): Promise<readonly CheckResult[]> {
  const names = images.map(({ name }) => name).filter((name) => !rendered.has(name));
  // An overlay that cannot be rendered may have them, and says so itself.
  if (names.length === 0 || !allPassed(checks)) return [];
  const what = `no overlay under \`bump.overlays\` renders ${names.join(", ")}`;
  const alike = names.flatMap((name) =>
    [...rendered].filter((each) => posix.basename(each) === posix.basename(name)),
  );
  return [
    await runCheck({ kind, gates }, async () => {
      if (alike.length > 0) {
        const remedy = `Set the image's name in slipway.yaml to the one that is deployed: ${alike.join(", ")}.`;
        throw new SlipwayError("IMAGE_NOT_FOUND", what, remedy);
      }
      return { reports: dag.directory(), read: async () => ({ findings: [] }), caveat: what };
    }),
  ];
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
