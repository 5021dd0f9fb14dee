import { z } from "zod";
import { readSettings } from "#pipelines/tools/settings-file.ts";
import type { OwnFiles } from "#pipelines/tools/tool.ts";

/** How grave hadolint takes what it finds for, gravest first; `none`: nothing fails it. */
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
 * Reads from which level on hadolint's own settings fail it; undefined where they do not say so. Settings that are
 * malformed say nothing: that is hadolint's to report.
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
