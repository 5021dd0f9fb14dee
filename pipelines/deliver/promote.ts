import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { ReleasedSource, UpdateImage } from "#pipelines/release/gitops/edit.ts";
import type { UpdateResult } from "#pipelines/release/gitops/gitops-update.ts";
import { updateRepository } from "#pipelines/release/gitops/update.ts";
import { type ArrivedEnvironment, awaitStage, timeoutOf } from "./await.ts";
import { type EnvironmentState, stateOf } from "./environments.ts";
import { assertEvidence } from "./evidence.ts";
import { shortImage, updateOf } from "./image.ts";
import { gitDeadline, openRepository, reopened, type Stage, stageOf } from "./repository.ts";
import type { PromoteRequest } from "./request.ts";
import { isRolledBack } from "./rollback.ts";
import { editsOf, setterOf } from "./setters.ts";

/** The result of a promotion. */
export interface Promotion {
  readonly from: ArrivedEnvironment;
  readonly update: UpdateResult;
  readonly to: ArrivedEnvironment;
}

/** Seconds for which the environment before may still be about to arrive. */
const upstreamWait = 30;

/**
 * Promotes images: takes those that run in the environment before, and nothing else, sets them in the environment's
 * places by one commit, and waits until exactly they run there.
 *
 * A repeated call converges: images that are set already cause no commit, and the wait goes on.
 *
 * @throws the errors of `awaitEnvironment` and of `updateRepository`; PROMOTION_REFUSED.
 */
export async function promote(request: PromoteRequest): Promise<Promotion> {
  const seconds = timeoutOf(request.timeout);
  const repository = await openRepository(request);
  const target = stageOf(repository, request.to);
  const source = stageOf(repository, before(target));
  const [upstream, present] = await Promise.all([stateOf(repository, source), stateOf(repository, target)]);
  const images = moved(upstream, present);
  const from = await awaitStage(repository, source, request, upstreamWait).catch((error: unknown) => {
    if (!(error instanceof SlipwayError) || error.code !== "DELIVERY_TIMED_OUT") throw error;
    throw refused(
      `${source.name} does not run what would be promoted: ${error.what}`,
      `Run \`await --environment=${source.name}\` until it passes, then promote.`,
    );
  });
  await assertEvidence(repository, present, images, request.registryAccess, "promotion");
  const update = await updateRepository({
    gitops: repository.gitops,
    kustomize: repository.kustomize,
    repository: repository.url,
    branch: repository.branch,
    edits: [...editsOf(target)],
    images,
    source: request.resume
      ? { ...newestSource(upstream, images), time: new Date() }
      : newestSource(upstream, images),
    message: `Promote {{images}} from ${source.name} to ${target.name}`,
    deadline: gitDeadline,
  });
  if (update.outcome === "newer") throw outdated(present, update.detail);
  return { from, update, to: await awaitStage(await reopened(repository), target, request, seconds) };
}

/** Why the environment keeps what it has. */
function outdated(present: EnvironmentState, detail: string): SlipwayError {
  const { name } = present.stage;
  if (!isRolledBack(present)) {
    return refused(
      `${name} has newer images already: ${detail}`,
      "Nothing is to be done. To go back, use `rollback`.",
    );
  }
  return refused(
    `${name} was rolled back, and these images are from before that: ${detail}`,
    "Promote a release of a later commit, or add --resume to take these nevertheless.",
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
  const twice = pinned.find(({ name }, at) => pinned.findIndex((other) => other.name === name) !== at);
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

/** The newest source among the images: an older promotion must not overwrite a newer one. */
function newestSource({ setters }: EnvironmentState, images: readonly UpdateImage[]): ReleasedSource {
  const sources = images.flatMap(
    ({ name, digest }) => setterOf(setters, { name, digest, runs: true })?.source ?? [],
  );
  const [newest] = sources.sort((one, other) => other.time.getTime() - one.time.getTime());
  return newest ?? setters.touched;
}

function refused(what: string, remedy: string): SlipwayError {
  return new SlipwayError("PROMOTION_REFUSED", what, remedy);
}
