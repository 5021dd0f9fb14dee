import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import type { RecordedEntry } from "./chain.ts";

/**
 * Finds the first commit of the newest promotion, if it is not settled: nobody has seen its images run since, or they
 * are not confirmed where that is asked for. The call that made it ended before it knew.
 *
 * @param entries those of the environment, in their order.
 * @param isConfirmed whether the environment asks for a confirmation.
 * @returns undefined if it is settled, or another step came since.
 */
export function unsettled(
  entries: readonly RecordedEntry[],
  images: readonly UpdateImage[],
  isConfirmed: boolean,
): string | undefined {
  const steps = entries.filter(({ entry }) => entry.step !== "hold" && entry.step !== "resume");
  const isOwn = ({ entry }: RecordedEntry) =>
    (entry.step === "arrival" || entry.step === "confirmation") &&
    (entry.outcome !== "passed" || (isConfirmed && entry.step === "arrival")) &&
    entry.images.some((each) => images.some(({ name }) => name === each.name));
  // Waits and watches that did not pass may have followed.
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
