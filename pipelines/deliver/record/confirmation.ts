import type { Confirm } from "#pipelines/config/confirm.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { type Confirmation, unconfirmed, watchQueries } from "../confirm.ts";
import { lookerFor } from "../look.ts";
import type { GitopsRepository } from "../repository.ts";
import type { ConfirmRequest } from "../request.ts";
import type { PlacedStage } from "../wait.ts";
import { imagesIn } from "../wished.ts";
import type { RecordedEntry } from "./chain.ts";
import { byOf, factsText, lineOf } from "./facts.ts";

/**
 * Watches an environment that has arrived, and puts on record how that ended.
 *
 * What runs there must be the same at the end: values of other images confirm nothing.
 *
 * @throws CONFIRMATION_FAILED, CONFIRMATION_UNKNOWN; the errors of `watchQueries`; RECORD_UNWRITTEN.
 */
export async function confirmOnRecord(
  repository: GitopsRepository,
  placed: PlacedStage,
  settings: Confirm,
  request: Pick<ConfirmRequest, "secrets" | "argocdAccess" | "prometheusAccess" | "by">,
): Promise<Confirmation> {
  const started = new Date();
  const { stage, places } = placed;
  const watched = await watchQueries(stage.name, settings, repository.config, request);
  const { missing } = await (await lookerFor(repository, stage, places, request)).look();
  const confirmation: Confirmation =
    watched.outcome === "passed" && missing.length > 0
      ? { ...watched, outcome: "errored", left: `meanwhile it runs something else: ${missing.join("; ")}` }
      : watched;
  const error = unconfirmed(confirmation);
  const written = recorded(repository, placed, request, started, confirmation);
  // What went wrong with the environment is what the caller must know.
  if (error === undefined) await written;
  else await written.catch((unwritten: unknown) => tell(`not on record: ${reasonText(explain(unwritten))}`));
  if (error !== undefined) throw error;
  return confirmation;
}

/** Whether the newest entry about an environment's images says that they are confirmed. */
export function isConfirmed(entries: readonly RecordedEntry[], { places }: PlacedStage): boolean {
  const newest = entries.findLast(({ entry }) => entry.step !== "hold" && entry.step !== "resume")?.entry;
  if (newest?.step !== "confirmation" || newest.outcome !== "passed") return false;
  const key = (images: readonly { readonly name: string; readonly digest?: string | undefined }[]) =>
    images
      .map(({ name, digest }) => `${name}@${digest}`)
      .sort()
      .join(" ");
  return key(newest.images) === key(imagesIn(places));
}

async function recorded(
  { config, gitops, checkout, branch, commit }: GitopsRepository,
  { stage, places }: PlacedStage,
  request: Pick<ConfirmRequest, "by">,
  started: Date,
  { outcome, queries, seconds, left }: Confirmation,
): Promise<void> {
  if (!config.record) return;
  const facts = factsText("confirmation", started, {
    environment: stage.name,
    branch,
    outcome,
    commit,
    images: imagesIn(places).map(({ name, tag, digest }) => ({
      name,
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    })),
    queries: queries.map(({ query, why, ...seen }) => ({
      name: query.name,
      query: lineOf(query.query),
      ...(query.max !== undefined && { max: query.max }),
      ...(query.min !== undefined && { min: query.min }),
      minSamples: query.minSamples,
      ...seen,
      ...(why !== undefined && { why: lineOf(why) }),
    })),
    seconds,
    ...(left !== undefined && { why: lineOf(left) }),
    ...byOf(request),
  });
  await gitops.append(checkout, facts);
}
