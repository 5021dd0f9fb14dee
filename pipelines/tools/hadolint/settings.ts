import { z } from "zod";
import { readSettings } from "#pipelines/tools/settings-file.ts";
import type { OwnFiles } from "#pipelines/tools/tool.ts";

/** hadolint's levels, most severe first; `none`: no result makes it fail. */
export const hadolintLevels = ["error", "warning", "info", "style", "none"] as const;

export type HadolintLevel = (typeof hadolintLevels)[number];

export function isHadolintLevel(text: string | undefined): text is HadolintLevel {
  return hadolintLevels.some((level) => level === text);
}

const hadolint = z.object({
  "failure-threshold": z.enum([...hadolintLevels, "ignore"]).optional(),
  "no-fail": z.boolean().optional(),
});

/**
 * Reads the level from which hadolint fails by its own settings; undefined if they do not set it, or are malformed:
 * hadolint reports that.
 * https://github.com/hadolint/hadolint#configure
 */
export async function hadolintThreshold(
  own: OwnFiles,
  file: string | undefined,
): Promise<HadolintLevel | undefined> {
  const result = hadolint.safeParse(await readSettings(own, file));
  if (!result.success) return undefined;
  const { "no-fail": noFail, "failure-threshold": least } = result.data;
  return noFail === true || least === "ignore" ? "none" : least;
}
