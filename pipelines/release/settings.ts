import type { Config } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { assertCopies } from "#pipelines/release/publish/replicas.ts";

/** The settings for releases: `release` in slipway.yaml. */
export type ReleaseSettings = NonNullable<Config["release"]>;

/** @throws CONFIG_INVALID when slipway.yaml has no `release`, or two images would have the same copy. */
export function settingsOf({ release, services }: Config): ReleaseSettings {
  if (release !== undefined) {
    assertCopies(release.replicas, services);
    return release;
  }
  throw new SlipwayError(
    "CONFIG_INVALID",
    "slipway.yaml has no key `release`",
    "Add `release: {}` for the defaults: tags by commit and version, a signature by key, no GitOps repository.",
  );
}
