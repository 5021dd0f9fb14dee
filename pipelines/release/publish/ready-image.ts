import type { ReleasedImage } from "#pipelines/release/record.ts";

/** An image that passed its checks: what signing, tagging and the bump need of it. */
export interface ReadyImage {
  readonly service: string;
  /** Registry and path. */
  readonly name: string;
  /** Its name in the configuration and in manifests. */
  readonly configured: string;
  /** The digest of the index for several platforms, otherwise of the single manifest. */
  readonly digest: string;
  /** The manifest of each platform; the platform is empty for the engine's own if none is named. */
  readonly platforms: ReleasedImage["platforms"];
}
