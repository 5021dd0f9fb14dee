import type { RecordedEntry } from "./chain.ts";
import type { Entry } from "./entry.ts";

/** An image by name and digest. */
export interface PinnedImage {
  readonly name: string;
  readonly digest?: string | undefined;
}

/**
 * Finds since when an environment is on record as running images, without a change of them or a failure in between.
 *
 * @param entries those of the environment, in their order.
 * @returns undefined if the newest entry that tells of one of these images says something else, or none says so.
 */
export function runningSince(
  entries: readonly RecordedEntry[],
  images: readonly PinnedImage[],
): Date | undefined {
  const times = timesOf(entries);
  let since: number | undefined;
  for (const [at, { entry }] of [...entries.entries()].reverse()) {
    if (!isAbout(entry, images)) continue;
    if (entry.step === "confirmation" && entry.outcome !== "failed") continue;
    if (entry.step !== "arrival" || entry.outcome === "failed" || !hasAll(entry.images, images)) break;
    // A wait without an answer, for instance because another image was on its way: neither for it nor against it.
    if (entry.outcome === "passed") since = times[at];
  }
  return since === undefined ? undefined : new Date(since);
}

/** When entries were written. None is older than one before it, whatever its clock said. */
function timesOf(entries: readonly RecordedEntry[]): readonly number[] {
  let latest = 0;
  return entries.map(({ entry }) => {
    latest = Math.max(latest, Date.parse(entry.recorded));
    return latest;
  });
}

/** Whether an entry tells of one of the images: a change of others is none of their business. */
export function isAbout(entry: Entry, images: readonly PinnedImage[]): boolean {
  if (entry.step === "hold" || entry.step === "resume") return false;
  return entry.images.some(({ name }) => images.some((image) => image.name === name));
}

/** Whether all of the images are there, by name and digest. */
export function hasAll(there: readonly PinnedImage[], images: readonly PinnedImage[]): boolean {
  return images.every(({ name, digest }) =>
    there.some((each) => each.name === name && each.digest === digest),
  );
}
