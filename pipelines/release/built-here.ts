import { runChecks } from "#pipelines/checks/checks.ts";
import { checkContext } from "#pipelines/checks/context.ts";
import { conclude } from "#pipelines/conclude/conclude.ts";
import { runFactsOf } from "#pipelines/conclude/run-facts.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type Predicate, type PredicateContext, predicatesOf } from "#pipelines/release/attest/predicates.ts";
import {
  type BuiltImage,
  type ReleaseImageOptions,
  type ReleaseImageResult,
  releaseImage,
} from "#pipelines/release/publish/build-images.ts";
import type { Publisher } from "#pipelines/release/publish/publisher.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { findInlineWaivers } from "#pipelines/workspace/inline-waivers.ts";
import type { Supply } from "./supply.ts";

/** The arguments of `builtHere`. */
export interface BuiltOptions {
  readonly imaging: ReleaseImageOptions;
  readonly publish: Publisher;
  /** What is attested to each image, except its provenance. */
  readonly attest: readonly Predicate["type"][];
  readonly context: PredicateContext;
}

/**
 * Runs the checks, and builds the images.
 *
 * Its `attested` throws VERDICT_FAILED, RELEASE_EMPTY, CONFIG_INVALID or REPORT_CONTRADICTORY when the images must not
 * be released.
 */
export async function builtHere({
  imaging,
  publish,
  attest,
  context,
}: BuiltOptions): Promise<Supply<BuiltImage>> {
  const { workspace } = context;
  const run = runFactsOf(workspace, Date.now());
  const inlineWaivers = workspace.run(() => findInlineWaivers(workspace));
  const checked = checkContext(workspace, releaseImage(imaging));
  const results = await runChecks(checked);
  const images = await Promise.all(checked.images());
  const { verdict, reports } = await conclude(workspace, inlineWaivers, results, [], run);
  return {
    images: images.flatMap((image) => image.ready ?? []),
    verdict,
    reports,
    async attested() {
      const all = new Map<ReadyImage, readonly Predicate[]>();
      for (const image of assertReleasable(verdict, images)) {
        all.set(image, await predicatesOf(image, attest, verdict, context));
      }
      return all;
    },
    publish: publish.push,
  };
}

function assertReleasable(verdict: Verdict, images: readonly ReleaseImageResult[]): readonly BuiltImage[] {
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
