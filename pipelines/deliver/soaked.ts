import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import { shortImage } from "./image.ts";
import { recordPassed } from "./record/arrival.ts";
import type { RecordedEntry } from "./record/chain.ts";
import { runningSince } from "./record/soak.ts";
import type { GitopsRepository } from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import type { Stage } from "./stage.ts";
import { timeText } from "./time.ts";
import type { ArrivedEnvironment, PlacedStage } from "./wait.ts";

/**
 * Refuses images that the environment before has not run for as long as an environment asks for. That it runs them now
 * is put on record first, so that the first refused call begins the time.
 *
 * @param arrived how the environment before runs them now.
 * @param entries what was on record of that environment before this call.
 * @throws PROMOTION_REFUSED with the time from which on they may go, RECORD_UNWRITTEN.
 */
export async function assertSoaked(
  repository: GitopsRepository,
  before: PlacedStage,
  { name, settings: { soak } }: Stage,
  request: Pick<AwaitRequest, "by">,
  arrived: ArrivedEnvironment,
  images: readonly UpdateImage[],
  entries: readonly RecordedEntry[],
): Promise<void> {
  if (soak === undefined || images.length === 0) return;
  const now = new Date();
  await recordPassed(repository, before, request, now, arrived, entries);
  // Each image by itself: another one that changed since says nothing of it.
  for (const image of images) {
    const since = runningSince(entries, [image]) ?? now;
    const end = new Date(since.getTime() + soak * 1000);
    if (end <= now) continue;
    throw new SlipwayError(
      "PROMOTION_REFUSED",
      `${name} asks for ${soakText(soak)} in ${before.stage.name} without a failure, and ${shortImage(image)} is there since ${timeText(since)}`,
      `Promote it from ${timeText(end)} on.`,
    );
  }
}

/** A soak as slipway.yaml has it, in the largest unit that fits. */
function soakText(seconds: number): string {
  const [unit, size] = (
    [
      ["d", 86_400],
      ["h", 3600],
      ["m", 60],
    ] as const
  ).find(([, each]) => seconds % each === 0) ?? ["s", 1];
  return `${seconds / size}${unit}`;
}
