import type { Config } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { assertCopies } from "#pipelines/release/publish/replicas.ts";

/** How releases are made: what slipway.yaml says under release. */
export type ReleaseSettings = NonNullable<Config["release"]>;

/** @throws CONFIG_INVALID where slipway.yaml says nothing of releases, or of two images that would have one copy. */
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
