import { posix } from "node:path";
import { z } from "zod";
import { parse } from "#pipelines/yaml/document.ts";
import type { Tree } from "./tree.ts";

/** How grave hadolint takes what it finds for, gravest first; `none`: nothing stops. */
export const hadolintLevels = ["error", "warning", "info", "style", "none"] as const;

export type HadolintLevel = (typeof hadolintLevels)[number];

const hadolint = z.object({
  "failure-threshold": z.enum([...hadolintLevels, "ignore"]).optional(),
  "no-fail": z.boolean().optional(),
});

/**
 * Reads from which level on hadolint's own settings let a finding stop; undefined where they do not say so. Settings
 * that are malformed say nothing: that is hadolint's to report.
 * https://github.com/hadolint/hadolint#configure
 */
export async function hadolintThreshold(
  tree: Tree,
  file: string | undefined,
): Promise<HadolintLevel | undefined> {
  const result = hadolint.safeParse(await settingsIn(tree, file));
  if (!result.success) return undefined;
  const { "no-fail": noFail, "failure-threshold": least } = result.data;
  return noFail === true || least === "ignore" ? "none" : least;
}

const text = z.string().min(1);
const yamllint = z.object({
  extends: text.optional(),
  "ignore-from-file": z.union([text, z.array(text)]).optional(),
});

/**
 * Lists the files that yamllint's settings refer to, relative to the source.
 * https://yamllint.readthedocs.io/en/stable/configuration.html
 */
export async function yamllintReferences(tree: Tree, file: string | undefined): Promise<readonly string[]> {
  const result = yamllint.safeParse(await settingsIn(tree, file));
  if (!result.success) return [];
  const { extends: base, "ignore-from-file": ignored = [] } = result.data;
  return [...(base === undefined ? [] : [base]), ...[ignored].flat()].map((path) => posix.normalize(path));
}

/** Of a file that cannot be read there are none: the tool that reads it says so. */
async function settingsIn(tree: Tree, file: string | undefined): Promise<unknown> {
  if (file === undefined) return undefined;
  const document = parse(await tree.read(file).catch(() => ""));
  return "value" in document ? document.value : undefined;
}
