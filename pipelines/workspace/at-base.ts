import type { BaseRef } from "#pipelines/git/merge-base.ts";
import { hasNothing } from "./load.ts";
import type { Pool } from "./pool.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** The part of a base to open, and the pool for its steps. */
export interface BaseOpening {
  /** The name of one service; default: all services. */
  readonly service?: string;
  /** The pool that limits concurrent steps; default: a new pool. */
  readonly steps?: Pool;
}

/**
 * Opens a commit with which the source is compared, in its own configuration. Arguments that concern the source
 * alone, such as its baseline, shard and bases, do not apply there.
 *
 * @param from the commit's id.
 * @returns undefined if it has nothing to check.
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
    if (hasNothing(error)) return undefined;
    throw error;
  });
}
