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
 * Builds the image that stands in for `repository:tag`, unless an earlier run did, and returns the folder with its
 * OCI layout. Prints what it builds and how long that takes.
 *
 * Fails with the error of the stand-in's `build`. The next call tries again.
 *
 * @param runsOn the architecture: the machine's own, or another one if `standIn.foreign` is set.
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

/** Lists the available images for messages, one repository on each line. */
export function listStandIns(standIns: readonly StandIn[]): string {
  const repositories = new Map<string, string[]>();
  for (const { repository, tags, versions } of standIns) {
    const more = versions ? [`any tag like ${versions.source}`] : [];
    repositories.set(repository, [...(repositories.get(repository) ?? []), ...tags, ...more]);
  }
  return [...repositories].map(([name, tags]) => `${name}: ${tags.join(", ")}`).join("; ");
}
