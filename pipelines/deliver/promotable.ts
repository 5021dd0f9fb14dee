import type { Earlier } from "#modules/gitops/src/message.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { ReleasedSource, UpdateImage } from "#pipelines/release/gitops/edit.ts";
import { orderUpdates, wantedImages } from "#pipelines/release/gitops/order.ts";
import { assertAnswerable } from "./confirm.ts";
import type { EnvironmentState } from "./environments.ts";
import { freezeAt, freezeText } from "./freeze.ts";
import { joinedImages, repeatedImage, shortImage, updateOf } from "./image.ts";
import { lookerFor } from "./look.ts";
import type { RecordedEntry } from "./record/chain.ts";
import { isConfirmed, isImageConfirmed } from "./record/confirmation.ts";
import { holdIn, holdText, isResumed } from "./record/holding.ts";
import type { GitopsRepository } from "./repository.ts";
import type { PromoteRequest } from "./request.ts";
import { changedIn, editsOf } from "./set-images.ts";
import { newestOf, setterOf } from "./setters.ts";
import type { Stage } from "./stage.ts";

/** The entries on record of each environment. */
type Recorded = ReadonlyMap<string, readonly RecordedEntry[]>;

/** What a promotion would set, as far as Git, the record and the servers tell without a wait. */
export interface Intent {
  /** The environment before. */
  readonly source: EnvironmentState;
  readonly target: EnvironmentState;
  /** What is on record of the target. */
  readonly entries: readonly RecordedEntry[];
  /** The images that both environments have, by the digests of the one before. */
  readonly images: readonly UpdateImage[];
  /** Those of them that the target has otherwise. */
  readonly changed: readonly UpdateImage[];
  readonly groups: readonly Group[];
  /** Whether images that a rollback took away may come again. */
  readonly resumed: boolean;
  /** Whether the target runs these images and is confirmed by the queries that it has. */
  readonly isConfirmed: boolean;
}

/** Images of one source. */
export interface Group {
  readonly source: ReleasedSource;
  readonly images: readonly UpdateImage[];
}

/**
 * Finds what a promotion would set. What no wait could cure is found here, before anything is written.
 *
 * @throws PROMOTION_REFUSED; the errors of kustomize's rendering, of `lookerFor` and of `assertAnswerable`.
 */
export async function intentOf(
  repository: GitopsRepository,
  source: EnvironmentState,
  target: EnvironmentState,
  recorded: Recorded,
  request: Omit<PromoteRequest, "to">,
): Promise<Intent> {
  const { stage } = target;
  const images = moved(source, target);
  await lookerFor(repository, stage, target.places, request).then(({ look }) => look());
  const changed = changedIn(target, images);
  const entries = recorded.get(stage.name) ?? [];
  if (changed.length > 0) {
    assertFree(stage, entries);
    await assertThawed(stage);
  }
  const { confirm } = stage.settings;
  const confirmed = changed.length === 0 && confirm !== undefined && isConfirmed(entries, target, confirm);
  if (!confirmed) await assertAnswerable(stage, repository.config, request);
  const resumed = request.resume || isResumed(entries);
  const groups = bySource(source, target, changed, resumed);
  return { source, target, entries, images, changed, groups, resumed, isConfirmed: confirmed };
}

/** The target as it will be after the promotion, by the commits that this will make. */
export function afterwards({ target, images, groups }: Intent): EnvironmentState {
  const coming = new Map(images.map((image) => [image.name, image]));
  const made = groups.map((group) => ({ ...group, commit: "", places: [] }));
  return {
    ...target,
    images: joinedImages(
      target.images.map((image) => ({ runs: image.runs, ...(coming.get(image.name) ?? image) })),
    ),
    setters: { ...target.setters, commits: [...made, ...target.setters.commits] },
  };
}

/** Says what a promotion would find when it sets the images. @throws PROMOTION_REFUSED if newer ones are there. */
export function assertNewer({ target: { stage, places, setters }, groups }: Intent): void {
  for (const { images, source } of groups) {
    const order = orderUpdates(wantedImages(editsOf(places, images), images), setters.commits, source);
    const [first] = order.newer;
    if (order.wanted.length > 0 || first === undefined) continue;
    const { time, commit } = first.earlier.source;
    const from = `from ${commit.slice(0, 12)} of ${time.toISOString()}`;
    throw outdated(stage, `${shortImage(first.wanted.image)} is older than what is there, ${from}`);
  }
}

/** @throws PROMOTION_REFUSED while the environment is held. */
export function assertFree({ name }: Stage, entries: readonly RecordedEntry[]): void {
  const hold = holdIn(entries, new Date());
  if (hold === undefined) return;
  throw refused(
    `${name} is held: ${holdText(hold)}`,
    `Wait, or end it with \`resume --environment=${name}\`.`,
  );
}

/** @throws PROMOTION_REFUSED for images that are not confirmed in the environment before, where that asks for it. */
export function assertConfirmed(
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

/** The error for an environment that keeps what it has. */
export function outdated({ name }: Stage, detail: string): SlipwayError {
  return refused(
    `${name} has newer images already: ${detail}`,
    "To take older ones nevertheless, use `rollback`, or add --resume.",
  );
}

/** The name of the environment before. @throws PROMOTION_REFUSED if there is none. */
export function before({ name, settings: { after } }: Stage): string {
  if (after !== undefined) return after;
  throw refused(
    `no environment comes before ${name}`,
    "Set `after` for it in slipway.yaml, or let a release set its images.",
  );
}

/**
 * The images that both environments have, with the digests of the one before.
 *
 * @throws PROMOTION_REFUSED if there are none, or one has two digests.
 */
export function moved(
  upstream: EnvironmentState,
  { stage, images }: EnvironmentState,
): readonly UpdateImage[] {
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

/** The error for a promotion that may not begin. */
export function refused(what: string, remedy: string): SlipwayError {
  return new SlipwayError("PROMOTION_REFUSED", what, remedy);
}
