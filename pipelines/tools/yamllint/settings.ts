import { posix } from "node:path";
import { z } from "zod";
import { readSettings } from "#pipelines/tools/settings-file.ts";
import type { OwnFiles } from "#pipelines/tools/tool.ts";

const text = z.string().min(1);
const yamllint = z.object({
  extends: text.optional(),
  "ignore-from-file": z.union([text, z.array(text)]).optional(),
});

/**
 * Lists the files to which yamllint's settings refer, relative to the source.
 * https://yamllint.readthedocs.io/en/stable/configuration.html
 */
export async function yamllintReferences(
  own: OwnFiles,
  file: string | undefined,
): Promise<readonly string[]> {
  const result = yamllint.safeParse(await readSettings(own, file));
  if (!result.success) return [];
  const { extends: base, "ignore-from-file": ignored = [] } = result.data;
  return [...(base === undefined ? [] : [base]), ...[ignored].flat()].map((path) => posix.normalize(path));
}
