import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { step } from "../progress.ts";
import { architecture } from "./architecture.ts";
import { writeLayout } from "./layout.ts";
import type { StandIn } from "./stand-in.ts";

/** Finds the stand-in that serves `repository:tag`. */
export function findStandIn(
  standIns: readonly StandIn[],
  repository: string,
  tag: string,
): StandIn | undefined {
  return standIns.find((s) => s.repository === repository && (s.tags.includes(tag) || s.versions?.test(tag)));
}

/**
 * Builds the image that stands in for `repository:tag`, unless an earlier run did, and hands back the
 * folder with its OCI layout. Says what it builds and how long it takes.
 *
 * Fails with what the stand-in's `build` fails with; the next call tries anew.
 *
 * @param runsOn the architecture, the machine's own or one of `standIn.foreign`.
 */
export function buildImage(standIn: StandIn, tag: string, runsOn = architecture): Promise<string> {
  const image = `${standIn.repository}:${standIn.tags.includes(tag) ? standIn.tags[0] : tag}`;
  return cached("image", { image, recipe: standIn.recipe, architecture: runsOn }, async (dir) => {
    const work = await mkdtemp(join(dir, ".work-"));
    try {
      await step(
        `building ${image}${runsOn === architecture ? "" : ` for ${runsOn}`}, made of ${standIn.madeOf}, in place of the official image`,
        async (log) =>
          writeLayout(
            await standIn.build(work, tag, log, runsOn),
            `Slipway's stand-in for ${image}: ${standIn.madeOf}`,
            runsOn,
            dir,
          ),
      );
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

/** Lists what can be had, one line a repository, for messages. */
export function listStandIns(standIns: readonly StandIn[]): string {
  const repositories = new Map<string, string[]>();
  for (const { repository, tags, versions } of standIns) {
    const more = versions ? [`any tag like ${versions.source}`] : [];
    repositories.set(repository, [...(repositories.get(repository) ?? []), ...tags, ...more]);
  }
  return [...repositories].map(([name, tags]) => `${name}: ${tags.join(", ")}`).join("; ");
}
