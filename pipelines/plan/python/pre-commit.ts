import { parse } from "yaml";
import { z } from "zod";

import type { Tree } from "#pipelines/plan/tree.ts";

const schema = z.object({
  repos: z.array(
    z.object({
      rev: z.string().optional(),
      hooks: z.array(z.object({ id: z.string() })),
    }),
  ),
});

const file = ".pre-commit-config.yaml";

/**
 * Reads the ids of the repository's pre-commit hooks, with the version in each `rev`; undefined if it names no
 * version. A malformed file gives no hooks: pre-commit reports it.
 * https://pre-commit.com/#pre-commit-configyaml---top-level
 */
export async function preCommitHooks(tree: Tree): Promise<ReadonlyMap<string, string | undefined>> {
  if (!tree.has(".", file)) return new Map();
  const result = schema.safeParse(parsed(await tree.read(file)));
  if (!result.success) return new Map();
  return new Map(
    result.data.repos.flatMap(({ rev, hooks }) =>
      hooks.map(({ id }) => [id, /^v?(\d[\w.]*)$/.exec(rev ?? "")?.[1]] as const),
    ),
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}
