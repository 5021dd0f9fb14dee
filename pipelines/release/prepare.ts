import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type Predicate, type PredicateContext, predicatesOf } from "#pipelines/release/attest/predicates.ts";
import type { GitopsTarget, ReleasedImages } from "#pipelines/release/gitops/target.ts";
import type { ReleaseImageResult, VerifiedImage } from "#pipelines/release/publish/build-images.ts";
import type { Publisher } from "#pipelines/release/publish/publisher.ts";
import type { ImageTags } from "#pipelines/release/tags/tags.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import type { ReleaseSettings } from "./settings.ts";

/** The plan of a release before its first write. */
export interface Intent {
  readonly images: readonly ReleaseImageResult[];
  readonly settings: ReleaseSettings;
  readonly context: PredicateContext;
  readonly tags: ImageTags;
  readonly publish: Publisher;
  readonly gitops?: GitopsTarget;
  readonly named: ReleasedImages;
}

/**
 * Checks that all further steps are possible, before anything is public. Every check must have passed, and the
 * predicates must exist. The registry must accept the tags, the key must open, and the GitOps repository must
 * accept the change.
 *
 * @returns the predicates to attest for each image.
 * @throws VERDICT_FAILED, RELEASE_EMPTY, CONFIG_INVALID; the errors of the publisher and the GitOps target.
 */
export async function prepareRelease({
  images,
  settings,
  context,
  tags,
  publish,
  gitops,
  named,
}: Intent): Promise<ReadonlyMap<VerifiedImage, readonly Predicate[]>> {
  const ready = assertReleasable(context.verdict, images);
  const evidence = new Map<VerifiedImage, readonly Predicate[]>();
  for (const image of ready) evidence.set(image, await predicatesOf(image, settings.attest, context));
  await Promise.all([publish.check(ready, tags.tags, context.facts), gitops?.rehearse(named)]);
  return evidence;
}

function assertReleasable(verdict: Verdict, images: readonly ReleaseImageResult[]): readonly VerifiedImage[] {
  if (verdict.outcome !== "passed") {
    throw new SlipwayError(
      "VERDICT_FAILED",
      "not every check passed",
      "Fix the checks that the verdict names.",
    );
  }
  const [unready] = images.flatMap((image) => image.unready ?? []);
  if (unready !== undefined) {
    throw new SlipwayError(
      "REPORT_CONTRADICTORY",
      unready,
      "Run the release again. If it fails again, report it as a bug.",
    );
  }
  const ready = images.flatMap((image) => image.ready ?? []);
  const names = ready.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new SlipwayError(
      "CONFIG_INVALID",
      `two services have the same image name ${twice}`,
      "Set a different `image.name` for each service in slipway.yaml.",
    );
  }
  if (ready.length > 0) return ready;
  throw new SlipwayError(
    "RELEASE_EMPTY",
    "no service's image has a name",
    "Set `services.NAME.image.name` in slipway.yaml for a service with a Dockerfile.",
  );
}
