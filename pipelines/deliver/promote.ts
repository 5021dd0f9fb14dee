import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import { StaleEntry, type UpdateResult } from "#pipelines/release/gitops/gitops-update.ts";
import type { Confirmation } from "./confirm.ts";
import { stateOf } from "./environments.ts";
import { assertEvidence } from "./evidence.ts";
import {
  assertConfirmed,
  assertFree,
  before,
  type Intent,
  intentOf,
  moved,
  outdated,
  refused,
} from "./promotable.ts";
import { awaitOnRecord } from "./record/arrival.ts";
import { arrivedAt, confirmOnRecord } from "./record/confirmation.ts";
import { byOf, changesOf, evidenceOf, factsText } from "./record/facts.ts";
import { wholeRecord } from "./record/read.ts";
import { unsettled } from "./record/unsettled.ts";
import { type GitopsRepository, openRepository, stageOf } from "./repository.ts";
import type { PromoteRequest } from "./request.ts";
import { rollBackFailed } from "./roll-back-failed.ts";
import { assertOneServer } from "./servers.ts";
import { reopenedWith, setImages } from "./set-images.ts";
import { assertSoaked } from "./soaked.ts";
import type { Stage } from "./stage.ts";
import { type ArrivedEnvironment, awaitStage, timeoutOf } from "./wait.ts";

/** The result of a promotion. */
export interface Promotion {
  readonly from: ArrivedEnvironment;
  /** One for each source of the images that changed; empty: nothing was to be done. */
  readonly updates: readonly UpdateResult[];
  readonly to: ArrivedEnvironment;
  /** Absent: the environment asks for nothing, or was confirmed before. */
  readonly confirmation?: Confirmation;
}

/** Seconds for which the environment before may still be about to arrive. */
const upstreamWait = 30;

/**
 * Promotes images: takes those that run in the environment before, and nothing else, sets them in the environment's
 * places, waits until exactly they run there, and confirms them. Images of one source are set by one commit.
 *
 * A repeated call converges: images that are set already cause no commit, and the wait goes on.
 *
 * @throws the errors of `intentOf`, of `confirmEnvironment` and of `updateRepository`; EVIDENCE_REFUSED,
 *   DELIVERY_SUPERSEDED.
 */
export async function promote(request: PromoteRequest): Promise<Promotion> {
  const seconds = timeoutOf(request.timeout);
  const started = new Date();
  const repository = await openRepository(request);
  const target = stageOf(repository, request.to);
  const { environments: recorded } = await wholeRecord(repository);
  const source = stageOf(repository, before(target));
  assertOneServer([source, target], [target], request);
  const [upstream, present] = await Promise.all([stateOf(repository, source), stateOf(repository, target)]);
  // No wait for the environment before would change this.
  moved(upstream, present);
  const [from, intent] = await Promise.all([
    awaitStage(repository, upstream, request, upstreamWait).catch((error: unknown) => {
      throw notRunning(source, error);
    }),
    intentOf(repository, upstream, present, recorded, request),
  ]);
  const of = recorded.get(source.name) ?? [];
  assertConfirmed(source, intent.changed, of);
  await assertSoaked(repository, upstream, target, request, from, intent.changed, of);
  const updates = await setIntended(repository, intent, from, request, started);
  const { images, entries, changed } = intent;
  const commits = updates.map(({ commit }) => commit);
  const now = await reopenedWith(repository, target, commits, images);
  const { confirm } = target.settings;
  try {
    const to = await awaitOnRecord(now.repository, now, request, seconds);
    if (confirm === undefined || intent.isConfirmed) return { from, updates, to };
    const begun = changed.length === 0 ? arrivedAt(entries, now) : undefined;
    const confirmation = await confirmOnRecord(now.repository, now, confirm, request, begun);
    return { from, updates, to, confirmation };
  } catch (error) {
    const own = updates.find(({ outcome }) => outcome === "committed")?.commit;
    const since = own ?? unsettled(entries, images, confirm !== undefined);
    throw await rollBackFailed(target, request, images, since, error);
  }
}

/**
 * Sets images that have the evidence, a commit and an entry of the record for each source.
 *
 * @throws EVIDENCE_REFUSED, PROMOTION_REFUSED, and the errors of `updateRepository`.
 */
async function setIntended(
  repository: GitopsRepository,
  { target, entries, changed, groups, resumed }: Intent,
  from: ArrivedEnvironment,
  request: PromoteRequest,
  started: Date,
): Promise<readonly UpdateResult[]> {
  const { stage, images } = target;
  const evidence = await assertEvidence(repository, target, changed, request, "promotion");
  const updates: UpdateResult[] = [];
  let known = entries.length;
  for (const group of groups) {
    const message = `Promote {{images}} from ${from.environment} to ${stage.name}`;
    const text = (set: readonly UpdateImage[]) =>
      factsText("promotion", started, {
        environment: stage.name,
        branch: repository.branch,
        from: { environment: from.environment, commit: from.commit },
        images: changesOf(images, set),
        evidence: evidenceOf(evidence, set),
        source: { commit: group.source.commit, time: group.source.time.toISOString() },
        resumed,
        ...byOf(request),
      });
    const update = await setFresh(
      () => setImages(repository, target, { ...group, message, record: { text, known } }),
      async () => {
        const now = (await wholeRecord(repository)).environments.get(stage.name) ?? [];
        assertFree(stage, now);
        known = now.length;
      },
    );
    if (update.outcome === "newer") throw outdated(stage, update.detail);
    if (update.outcome === "committed") known += 1;
    updates.push(update);
  }
  return updates;
}

/**
 * Sets images on top of the entries that are known.
 *
 * @param again reads the entries once more, and refuses if somebody has held the environment since.
 */
async function setFresh(set: () => Promise<UpdateResult>, again: () => Promise<void>): Promise<UpdateResult> {
  for (;;) {
    try {
      return await set();
    } catch (error) {
      if (!(error instanceof StaleEntry)) throw error;
    }
    await again();
  }
}

function notRunning({ name }: Stage, error: unknown): unknown {
  const codes = new Set(["DELIVERY_FAILED", "DELIVERY_SUPERSEDED", "DELIVERY_TIMED_OUT"]);
  if (!(error instanceof SlipwayError) || !codes.has(error.code)) return error;
  return refused(
    `${name} does not run what would be promoted: ${error.what}`,
    `Run \`await --environment=${name}\` until it passes, then promote.`,
  );
}
