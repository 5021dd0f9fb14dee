import type { Earlier } from "#modules/gitops/src/message.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { ReleasedSource, UpdateImage } from "#pipelines/release/gitops/edit.ts";
import { StaleEntry, type UpdateResult } from "#pipelines/release/gitops/gitops-update.ts";
import { assertAnswerable, type Confirmation } from "./confirm.ts";
import { type EnvironmentState, stateOf } from "./environments.ts";
import { assertEvidence } from "./evidence.ts";
import { freezeAt, freezeText } from "./freeze.ts";
import { repeatedImage, shortImage, updateOf } from "./image.ts";
import { lookerFor } from "./look.ts";
import { awaitOnRecord } from "./record/arrival.ts";
import type { RecordedEntry } from "./record/chain.ts";
import { arrivedAt, confirmOnRecord, isConfirmed, isImageConfirmed } from "./record/confirmation.ts";
import { byOf, changesOf, evidenceOf, factsText } from "./record/facts.ts";
import { holdIn, holdText, isResumed } from "./record/holding.ts";
import { wholeRecord } from "./record/read.ts";
import { unsettled } from "./record/unsettled.ts";
import { openRepository, stageOf } from "./repository.ts";
import type { PromoteRequest } from "./request.ts";
import { rollBackFailed } from "./roll-back-failed.ts";
import { changedIn, reopenedWith, setImages } from "./set-images.ts";
import { newestOf, setterOf } from "./setters.ts";
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
 * @throws the errors of `confirmEnvironment` and of `updateRepository`; PROMOTION_REFUSED, EVIDENCE_REFUSED,
 *   DELIVERY_SUPERSEDED.
 */
export async function promote(request: PromoteRequest): Promise<Promotion> {
  const seconds = timeoutOf(request.timeout);
  const started = new Date();
  const repository = await openRepository(request);
  const target = stageOf(repository, request.to);
  const source = stageOf(repository, before(target));
  const [upstream, present] = await Promise.all([stateOf(repository, source), stateOf(repository, target)]);
  const images = moved(upstream, present);
  // What no wait could cure is found before anything is written.
  const [from, { environments: recorded }] = await Promise.all([
    awaitStage(repository, upstream, request, upstreamWait).catch((error: unknown) => {
      throw notRunning(source, error);
    }),
    wholeRecord(repository),
    lookerFor(repository, target, present.places, request).then(({ look }) => look()),
  ]);
  const changed = changedIn(present, images);
  const entries = recorded.get(target.name) ?? [];
  if (changed.length > 0) {
    assertFree(target, entries);
    await assertThawed(target);
  }
  const { confirm } = target.settings;
  const wasConfirmed =
    changed.length === 0 && confirm !== undefined && isConfirmed(entries, present, confirm);
  if (!wasConfirmed) await assertAnswerable(target, repository.config, request);
  assertConfirmed(source, changed, recorded.get(source.name) ?? []);
  const resumed = request.resume || isResumed(entries);
  const groups = bySource(upstream, present, changed, resumed);
  await assertSoaked(repository, upstream, target, request, from, changed, recorded.get(source.name) ?? []);
  const evidence = await assertEvidence(repository, present, changed, request.registryAccess, "promotion");
  const updates: UpdateResult[] = [];
  let known = entries.length;
  for (const group of groups) {
    const message = `Promote {{images}} from ${source.name} to ${target.name}`;
    const text = (set: readonly UpdateImage[]) =>
      factsText("promotion", started, {
        environment: target.name,
        branch: repository.branch,
        from: { environment: source.name, commit: from.commit },
        images: changesOf(present.images, set),
        evidence: evidenceOf(evidence, set),
        source: { commit: group.source.commit, time: group.source.time.toISOString() },
        resumed,
        ...byOf(request),
      });
    const update = await setFresh(
      () => setImages(repository, present, { ...group, message, record: { text, known } }),
      async () => {
        const now = (await wholeRecord(repository)).environments.get(target.name) ?? [];
        assertFree(target, now);
        known = now.length;
      },
    );
    if (update.outcome === "newer") throw outdated(target, update.detail);
    if (update.outcome === "committed") known += 1;
    updates.push(update);
  }
  const commits = updates.map(({ commit }) => commit);
  const now = await reopenedWith(repository, target, commits, images);
  try {
    const to = await awaitOnRecord(now.repository, now, request, seconds);
    if (confirm === undefined || wasConfirmed) return { from, updates, to };
    const begun = changed.length === 0 ? arrivedAt(entries, now) : undefined;
    const confirmation = await confirmOnRecord(now.repository, now, confirm, request, begun);
    return { from, updates, to, confirmation };
  } catch (error) {
    const own = updates.find(({ outcome }) => outcome === "committed")?.commit;
    throw await rollBackFailed(
      target,
      request,
      images,
      own ?? unsettled(entries, images, confirm !== undefined),
      error,
    );
  }
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

/** @throws PROMOTION_REFUSED while the environment is held. */
function assertFree({ name }: Stage, entries: readonly RecordedEntry[]): void {
  const hold = holdIn(entries, new Date());
  if (hold === undefined) return;
  throw refused(
    `${name} is held: ${holdText(hold)}`,
    `Wait, or end it with \`resume --environment=${name}\`.`,
  );
}

/** @throws PROMOTION_REFUSED for images that are not confirmed in the environment before, where that asks for it. */
function assertConfirmed(
  { name, settings: { confirm } }: Stage,
  images: readonly UpdateImage[],
  entries: readonly RecordedEntry[],
): void {
  const image = confirm === undefined ? undefined : images.find((each) => !isImageConfirmed(entries, each));
  if (image === undefined) return;
  throw refused(
    `${shortImage(image)} is not confirmed in ${name}`,
    `Run \`confirm --environment=${name}\` until it passes, then promote.`,
  );
}

/** @throws PROMOTION_REFUSED while the environment is frozen. */
async function assertThawed({ name, settings }: Stage): Promise<void> {
  const freeze = await freezeAt(settings.freeze, new Date());
  if (freeze === undefined) return;
  throw refused(
    `${name} is frozen: ${freezeText(freeze)}`,
    `Wait, or change \`environments.${name}.freeze\` in slipway.yaml of the GitOps repository.`,
  );
}

/** Images of one source. */
interface Group {
  readonly source: ReleasedSource;
  readonly images: readonly UpdateImage[];
}

/**
 * The images by their sources, so that each is ordered by its own, and not by that of another image.
 *
 * @throws PROMOTION_REFUSED for images that a rollback holds back.
 */
function bySource(
  upstream: EnvironmentState,
  present: EnvironmentState,
  images: readonly UpdateImage[],
  resume: boolean,
): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const image of images) {
    const own = setterOf(upstream.setters, image);
    const there = newestOf(present.setters, image.name);
    if (!resume && there?.undoes !== undefined && !isAfter(own, there)) throw held(present, image);
    const { commit, time } = own?.source ?? upstream.setters.touched;
    const least = resume && there !== undefined ? there.source.time.getTime() + 1 : 0;
    const source = { commit, time: new Date(Math.max(time.getTime(), least)) };
    const key = `${commit} ${source.time.getTime()}`;
    groups.set(key, { source, images: [...(groups.get(key)?.images ?? []), image] });
  }
  return [...groups.values()];
}

/** Whether an image is of a release of a later source than a rollback. One that somebody set by hand tells no source. */
function isAfter(own: Earlier | undefined, rollback: Earlier): boolean {
  return own !== undefined && own.undoes === undefined && own.source.time > rollback.source.time;
}

function held({ stage: { name } }: EnvironmentState, image: UpdateImage): SlipwayError {
  return refused(
    `${name} was rolled back, and ${shortImage(image)} is not known to be of a later source`,
    `Promote a release of a later commit, or take these images nevertheless, by \`resume --environment=${name}\` or with --resume.`,
  );
}

/** Why the environment keeps what it has. */
function outdated({ name }: Stage, detail: string): SlipwayError {
  return refused(
    `${name} has newer images already: ${detail}`,
    "To take older ones nevertheless, use `rollback`, or add --resume.",
  );
}

function notRunning({ name }: Stage, error: unknown): unknown {
  const codes = new Set(["DELIVERY_FAILED", "DELIVERY_SUPERSEDED", "DELIVERY_TIMED_OUT"]);
  if (!(error instanceof SlipwayError) || !codes.has(error.code)) return error;
  return refused(
    `${name} does not run what would be promoted: ${error.what}`,
    `Run \`await --environment=${name}\` until it passes, then promote.`,
  );
}

function before({ name, settings: { after } }: Stage): string {
  if (after !== undefined) return after;
  throw refused(
    `no environment comes before ${name}`,
    "Set `after` for it in slipway.yaml, or let a release set its images.",
  );
}

/** The images that both environments have, with the digests of the one before. */
function moved(upstream: EnvironmentState, { stage, images }: EnvironmentState): readonly UpdateImage[] {
  const names = new Set(images.map(({ name }) => name));
  const pinned = upstream.images.filter(({ digest }) => digest !== undefined);
  const twice = repeatedImage(pinned);
  if (twice !== undefined) {
    throw refused(
      `${upstream.stage.name} has ${twice.name} with two digests`,
      "Set one digest for it, or give each place its own `images`.",
    );
  }
  const shared = pinned.filter(({ name }) => names.has(name));
  if (shared.length > 0) return shared.map(updateOf);
  throw refused(
    `${stage.name} has none of the images of ${upstream.stage.name}: ${pinned.map(shortImage).join(", ") || "it has none by digest"}`,
    `Name them in the places of ${stage.name} once, with \`newName\` where the manifests have another name.`,
  );
}

function refused(what: string, remedy: string): SlipwayError {
  return new SlipwayError("PROMOTION_REFUSED", what, remedy);
}
