import { codeOf, type ErrorCode } from "#pipelines/errors/errors.ts";
import type { BaseRef } from "#pipelines/git/merge-base.ts";
import type { Pool } from "./pool.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** There is nothing to check on a base with one of these. */
const nothingThere: readonly (ErrorCode | undefined)[] = [
  "SOURCE_EMPTY",
  "SOURCE_NOT_PYTHON",
  "SERVICE_NOT_FOUND",
];

/** What of a base is opened, and by which steps. */
export interface BaseOpening {
  /** One service by name; all by default. */
  readonly service?: string;
  /** What bounds the steps that run at a time; a pool of its own by default. */
  readonly steps?: Pool;
}

/**
 * Opens a commit that the source is compared with, as it configures itself. What the call says of the source alone, such
 * as its baseline, its shard and its bases, does not hold there.
 *
 * @param from the commit's id.
 * @returns undefined where there is nothing in it to check.
 */
export async function openBase(
  { request, tools }: Workspace,
  { repository }: BaseRef,
  from: string,
  { service, steps }: BaseOpening = {},
): Promise<Workspace | undefined> {
  const tree = await tools.history.tree(repository, from).sync();
  const source = (await request.settle?.(tree)) ?? tree;
  const { secrets, vulnerabilityDatabase, run, today, config, vary } = request;
  const there = { source, secrets, vulnerabilityDatabase, run, today, config, service, vary };
  return openWorkspace(there, steps).catch((error: unknown) => {
    if (nothingThere.includes(codeOf(error))) return undefined;
    throw error;
  });
}
