import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import type { RecordedEntry } from "./chain.ts";

/**
 * Finds the first commit of the newest promotion, if nobody has seen its images run since: the call that made it ended
 * before it knew.
 *
 * @param entries those of the environment, in their order.
 * @returns undefined if the images have run, or another step came since.
 */
export function unarrived(
  entries: readonly RecordedEntry[],
  images: readonly UpdateImage[],
): string | undefined {
  const steps = entries.filter(({ entry }) => entry.step !== "hold" && entry.step !== "resume");
  const isOwn = ({ entry }: RecordedEntry) =>
    (entry.step === "arrival" || entry.step === "confirmation") &&
    entry.outcome !== "passed" &&
    entry.images.some((each) => images.some(({ name }) => name === each.name));
  // Waits that did not pass may have followed.
  const last = steps.findLastIndex((each) => !isOwn(each));
  const newest = steps[last]?.entry;
  if (newest?.step !== "promotion") return undefined;
  const sets = newest.images.some(({ name, digest }) =>
    images.some((image) => image.name === name && image.digest === digest),
  );
  if (!sets) return undefined;
  const before = steps.slice(0, last + 1);
  const first =
    before.findLastIndex(({ entry }) => entry.step !== "promotion" || entry.started !== newest.started) + 1;
  return before[first]?.commit;
}
