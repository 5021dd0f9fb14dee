import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { UpdateResult } from "#pipelines/release/gitops/gitops-update.ts";
import { type EnvironmentState, stateOf } from "./environments.ts";
import { assertEvidence } from "./evidence.ts";
import { repeatedImage, shortImage, updateOf, type WishedImage } from "./image.ts";
import { lookerFor } from "./look.ts";
import { checkedReason } from "./reason.ts";
import { awaitOnRecord } from "./record/arrival.ts";
import { byOf, changesOf, evidenceOf, factsText, lineOf } from "./record/facts.ts";
import { type GitopsRepository, isOfHistory, openRepository, stageOf } from "./repository.ts";
import type { RollbackRequest } from "./request.ts";
import { changedIn, reopenedWith, setImages } from "./set-images.ts";
import { type ArrivedEnvironment, timeoutOf } from "./wait.ts";
import { imagesIn, wishedImages } from "./wished.ts";

/** The result of a rollback. */
export interface Rollback {
  /** The commit of the GitOps repository whose images are there again. */
  readonly target: string;
  /** Absent: all images were set already. */
  readonly update?: UpdateResult;
  /** Images that had no digest at the target, or were not there: they are as they were. */
  readonly left: readonly WishedImage[];
  readonly to: ArrivedEnvironment;
}

/**
 * Sets the images that an environment had at an earlier commit, by one commit, and waits until exactly they run. The
 * commit counts as newer than every release before it, so that no promotion undoes it by itself.
 *
 * A repeated call converges: it goes to the same target, and not further back.
 *
 * @throws the errors of `awaitEnvironment` and of `updateRepository`; ARGUMENT_INVALID, ROLLBACK_REFUSED,
 *   EVIDENCE_REFUSED, DELIVERY_SUPERSEDED.
 */
export async function rollBack(request: RollbackRequest): Promise<Rollback> {
  const seconds = timeoutOf(request.timeout);
  const started = new Date();
  const reason = reasonOf(request.reason);
  const repository = await openRepository(request);
  const stage = stageOf(repository, request.environment);
  const present = await stateOf(repository, stage);
  await lookerFor(repository, stage, present.places, request).then(({ look }) => look());
  assertUnchanged(present, request.only);
  const { commit: target, images } = await earlier(repository, present, request);
  const then = images.filter(({ name, digest }) => digest !== undefined && isMeant(request, name));
  assertDistinct(present, then);
  const back = then.filter(({ name }) => present.images.some((image) => image.name === name)).map(updateOf);
  if (back.length === 0) {
    throw refused(
      `${stage.name} has no image by digest at commit ${target.slice(0, 12)}`,
      "Pass --commit with a commit of the GitOps repository at which it has.",
    );
  }
  const changed = changedIn(present, back);
  const evidence = await assertEvidence(repository, present, changed, request, "rollback");
  const undoes = undone(present);
  const update =
    changed.length === 0
      ? undefined
      : await setImages(repository, present, {
          images: changed,
          source: { commit: undoes, time: timeOf(present) },
          message: `Roll back {{images}} in ${stage.name}\n\n${reason}`,
          undoes,
          record: {
            text: (set) =>
              factsText("rollback", started, {
                environment: stage.name,
                branch: repository.branch,
                target,
                undoes,
                reason: lineOf(request.reason),
                images: changesOf(present.images, set),
                evidence: evidenceOf(evidence, set),
                ...byOf(request),
              }),
          },
        });
  if (update?.outcome === "newer") {
    throw refused(
      `${stage.name} was changed while this call ran: ${update.detail}`,
      "Run the call again, with --commit if the images to go back to are others now.",
    );
  }
  const now = await reopenedWith(repository, stage, update === undefined ? [] : [update.commit], back);
  return {
    target,
    ...(update !== undefined && { update }),
    left: present.images.filter(({ name }) => !back.some((image) => image.name === name)),
    to: await awaitOnRecord(now.repository, now, request, seconds),
  };
}

function isMeant({ only }: RollbackRequest, image: string): boolean {
  return only === undefined || only.some(({ name }) => name === image);
}

/** Refuses to undo what somebody else has set since. */
function assertUnchanged({ stage, images }: EnvironmentState, only: RollbackRequest["only"] = []): void {
  const other = images.find(({ name, digest }) =>
    only.some((each) => each.name === name && each.digest !== digest),
  );
  if (other === undefined) return;
  throw refused(
    `somebody has set ${shortImage(other)} in ${stage.name} since`,
    `Look at it with \`status\`, and run \`rollback --environment=${stage.name}\` if it is meant to go back.`,
  );
}

/** The images at the target: at the given commit, else before the newest change of the environment's images. */
async function earlier(
  repository: GitopsRepository,
  state: EnvironmentState,
  { commit, before }: Pick<RollbackRequest, "commit" | "before">,
): Promise<{ readonly commit: string; readonly images: readonly WishedImage[] }> {
  const { gitops, checkout, kustomize } = repository;
  const { stage } = state;
  if (commit === undefined && before === undefined) assertKnown(state);
  const from = commit ?? before ?? undone(state);
  if (!(await isOfHistory(repository, from))) {
    throw refused(
      `${from.slice(0, 12)} is no commit of the branch ${repository.branch}`,
      "Pass --commit with the full id of a commit that this branch contains.",
    );
  }
  const then = await gitops.tree(checkout, from, commit === undefined);
  const [outcome, found = ""] = (await then.stdout()).split("\n");
  if (outcome !== "done") {
    throw refused(
      `nothing comes before commit ${from.slice(0, 12)}, the first that set the images of ${stage.name}`,
      "Pass --commit with a commit of the GitOps repository that has the images to go back to.",
    );
  }
  return { commit: found, images: imagesIn(await wishedImages(kustomize, then.directory("/then"), stage)) };
}

/** Refuses to guess what was there before, where the newest change is not one of Slipway. */
function assertKnown({ stage, setters: { commits }, images }: EnvironmentState): void {
  const [newest] = commits;
  const remedy = "Pass --commit with a commit of the GitOps repository that has the images to go back to.";
  if (newest === undefined) {
    throw refused(
      `no commit of Slipway set the images of ${stage.name}, so that it is not known what was there before`,
      remedy,
    );
  }
  const isThere = (set: { readonly name: string; readonly digest: string }) =>
    images.every(({ name, digest }) => name !== set.name || digest === set.digest);
  if (newest.images.every(isThere)) return;
  throw refused(
    `somebody changed the images of ${stage.name} after commit ${newest.commit.slice(0, 12)}, the newest of Slipway`,
    remedy,
  );
}

/** One digest for each name: a rollback sets an image in all places that have it. */
function assertDistinct({ stage }: EnvironmentState, images: readonly WishedImage[]): void {
  const twice = repeatedImage(images);
  if (twice === undefined) return;
  throw refused(
    `${stage.name} had ${twice.name} with two digests then`,
    "Set its images by a commit in the GitOps repository, then run `await`.",
  );
}

/** The commit that a rollback undoes. By its trailer, the same call again finds the same target. */
function undone({ setters: { commits, touched } }: EnvironmentState): string {
  return commits[0]?.undoes ?? commits[0]?.commit ?? touched.commit;
}

/** A time after all that is there, whatever clock set it. */
function timeOf({ setters: { commits } }: EnvironmentState): Date {
  return new Date(Math.max(Date.now(), ...commits.map(({ source }) => source.time.getTime() + 1)));
}

/** The reason, as text of a commit's message, which is a template. */
function reasonOf(text: string): string {
  const remedy = "Say in a sentence why the environment goes back: it is in the commit's message.";
  return checkedReason(text.replace(/\s+/g, " ").trim(), remedy).replace(/\{(?=\{)/g, "{ ");
}

function refused(what: string, remedy: string): SlipwayError {
  return new SlipwayError("ROLLBACK_REFUSED", what, remedy);
}
