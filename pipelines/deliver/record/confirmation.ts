import { setTimeout } from "node:timers/promises";
import type { Confirm } from "#pipelines/config/confirm.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { type Confirmation, unconfirmed, watchQueries } from "../confirm.ts";
import { lookerFor } from "../look.ts";
import type { GitopsRepository } from "../repository.ts";
import type { ConfirmRequest } from "../request.ts";
import type { PlacedStage } from "../wait.ts";
import { imagesIn } from "../wished.ts";
import { environmentFacts, unwritten } from "./arrival.ts";
import type { RecordedEntry } from "./chain.ts";
import type { Entry, FactsOf } from "./entry.ts";
import { factsText, lineOf } from "./facts.ts";
import { hasAll, isAbout, type PinnedImage } from "./soak.ts";

/** Looks at an environment at the end of a watch, and milliseconds between two of them. */
const [looks, pause] = [20, 3000];

/**
 * Watches an environment that has arrived, and puts on record how that ended. What runs there must be the same at the
 * end: values of other images confirm nothing.
 *
 * @param begun when it arrived, in milliseconds since 1970.
 * @throws CONFIRMATION_FAILED, CONFIRMATION_UNKNOWN, RECORD_UNWRITTEN.
 */
export async function confirmOnRecord(
  repository: GitopsRepository,
  placed: PlacedStage,
  settings: Confirm,
  request: Pick<ConfirmRequest, "secrets" | "argocdAccess" | "prometheusAccess" | "by">,
  begun: number = Date.now(),
): Promise<Confirmation> {
  const started = new Date();
  const watched = await watchQueries(placed.stage.name, settings, repository.config, request, begun);
  const left = watched.outcome === "passed" ? await leftAtEnd(repository, placed, request) : undefined;
  const confirmation: Confirmation = left === undefined ? watched : { ...watched, outcome: "errored", left };
  const error = unconfirmed(confirmation);
  try {
    await record(repository, placed, request, started, confirmation);
  } catch (failed) {
    const ended = unwritten(`${placed.stage.name}: the watch ended, ${confirmation.outcome}`, failed);
    // What went wrong with the environment is what the caller must know.
    if (error === undefined) throw ended;
    tell(reasonText(explain(ended)));
  }
  if (error !== undefined) throw error;
  return confirmation;
}

/** Why what runs is not known to be what was watched; undefined: it is. A short look away is looked at again. */
async function leftAtEnd(
  repository: GitopsRepository,
  { stage, places }: PlacedStage,
  request: Pick<ConfirmRequest, "secrets" | "argocdAccess">,
): Promise<string | undefined> {
  try {
    const { look } = await lookerFor(repository, stage, places, request);
    for (let left = looks; ; left--) {
      const { missing } = await look();
      if (missing.length === 0) return undefined;
      if (left <= 1) return `at the end it does not run what was watched: ${missing.join("; ")}`;
      await setTimeout(pause);
    }
  } catch (error) {
    return `at the end nobody could look at it: ${reasonText(explain(error))}`;
  }
}

/** Whether the newest entry about an environment's images says that they are confirmed, by what is asked for now. */
export function isConfirmed(
  entries: readonly RecordedEntry[],
  { places }: Pick<PlacedStage, "places">,
  { queries }: Confirm,
): boolean {
  const images = imagesIn(places);
  const newest = newestAbout(entries, images);
  if (newest?.step !== "confirmation" || newest.outcome !== "passed") return false;
  const asked = queries.map((each) => JSON.stringify(askedOf(each))).sort();
  const answered = newest.queries
    .map(({ name, prometheus, query, max, min, minSamples }) =>
      JSON.stringify(askedOf({ name, prometheus, query, max, min, minSamples })),
    )
    .sort();
  return keyOf(newest.images) === keyOf(images) && asked.join() === answered.join();
}

/** Whether an image's newest confirmation passed, and nothing failed or changed it since. */
export function isImageConfirmed(entries: readonly RecordedEntry[], image: PinnedImage): boolean {
  const newest = newestAbout(entries, [image]);
  return newest?.step === "confirmation" && newest.outcome === "passed" && hasAll(newest.images, [image]);
}

/**
 * When an environment arrived, if nothing came after that: a watch that was cut off goes on from there. In milliseconds
 * since 1970.
 */
export function arrivedAt(
  entries: readonly RecordedEntry[],
  { places }: Pick<PlacedStage, "places">,
): number | undefined {
  const newest = entries.at(-1)?.entry;
  const isOwn =
    newest?.step === "arrival" &&
    newest.outcome === "passed" &&
    keyOf(newest.images) === keyOf(imagesIn(places));
  return isOwn ? Date.parse(newest.recorded) : undefined;
}

/** The newest entry that tells of one of the images, but for waits that found them again. */
function newestAbout(entries: readonly RecordedEntry[], images: readonly PinnedImage[]): Entry | undefined {
  return entries.findLast(({ entry }) => {
    if (!isAbout(entry, images)) return false;
    return !(entry.step === "arrival" && entry.outcome === "passed" && hasAll(entry.images, images));
  })?.entry;
}

function keyOf(images: readonly PinnedImage[]): string {
  return images
    .map(({ name, digest }) => `${name}@${digest}`)
    .sort()
    .join(" ");
}

/** What is asked of a query, as it is on record. */
function askedOf({
  name,
  prometheus,
  query,
  max,
  min,
  minSamples,
}: Pick<Confirm["queries"][number], "name" | "prometheus" | "query" | "max" | "min" | "minSamples">) {
  return {
    name: lineOf(name),
    prometheus: lineOf(prometheus),
    query: lineOf(query),
    ...(max !== undefined && { max }),
    ...(min !== undefined && { min }),
    minSamples,
  };
}

async function record(
  repository: GitopsRepository,
  placed: PlacedStage,
  request: Pick<ConfirmRequest, "by">,
  started: Date,
  { outcome, queries, seconds, left }: Confirmation,
): Promise<void> {
  if (!repository.config.record) return;
  const facts: FactsOf<"confirmation"> = {
    ...environmentFacts(repository, placed, request),
    outcome,
    queries: queries.map(({ query, outcome: found, samples, lowest, highest, why }) => ({
      ...askedOf(query),
      outcome: found,
      samples,
      ...(lowest !== undefined && { lowest }),
      ...(highest !== undefined && { highest }),
      ...(why !== undefined && { why: lineOf(why) }),
    })),
    seconds,
    ...(left !== undefined && { why: lineOf(left) }),
  };
  await repository.gitops.append(repository.checkout, factsText("confirmation", started, facts));
}
