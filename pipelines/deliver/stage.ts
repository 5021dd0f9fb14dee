import type { EnvironmentSettings } from "#pipelines/config/config.ts";

/** An environment by its name. */
export interface Stage {
  readonly name: string;
  readonly settings: EnvironmentSettings;
}
