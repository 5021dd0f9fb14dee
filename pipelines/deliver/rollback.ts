import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { UpdateResult } from "#pipelines/release/gitops/gitops-update.ts";
import { updateRepository } from "#pipelines/release/gitops/update.ts";
import { type ArrivedEnvironment, awaitStage, timeoutOf } from "./await.ts";
import { type EnvironmentState, stateOf } from "./environments.ts";
import { assertEvidence } from "./evidence.ts";
import { updateOf, type WishedImage } from "./image.ts";
import { type GitopsRepository, gitDeadline, openRepository, reopened, stageOf } from "./repository.ts";
import type { RollbackRequest } from "./request.ts";
import { editsOf } from "./setters.ts";
import { wishedImages } from "./wished.ts";

/** The result of a rollback. */
export interface Rollback {
  /** The commit of the GitOps repository whose images are there again. */
  readonly target: string;
  readonly update: UpdateResult;
  readonly to: ArrivedEnvironment;
}

/**
 * Sets the images that an environment had at an earlier commit, by one commit, and waits until exactly they run. The
 * commit counts as newer than every release before it, so that no promotion undoes it by itself.
 *
 * A repeated call converges: it goes to the same target, and not further back.
 *
 * @throws the errors of `awaitEnvironment` and of `updateRepository`; ARGUMENT_INVALID, ROLLBACK_REFUSED.
 */
export async function rollBack(request: RollbackRequest): Promise<Rollback> {
  const seconds = timeoutOf(request.timeout);
  const reason = reasonOf(request.reason);
  const repository = await openRepository(request);
  const stage = stageOf(repository, request.environment);
  const present = await stateOf(repository, stage);
  const { commit: target, images } = await earlier(repository, present, request.commit);
  const names = new Set(present.images.map(({ name }) => name));
  const back = images.filter(({ name, digest }) => digest !== undefined && names.has(name));
  if (back.length === 0) {
    throw refused(
      `${stage.name} has no image by digest at commit ${target.slice(0, 12)}`,
      "Pass --commit with a commit of the GitOps repository at which it has.",
    );
  }
  await assertEvidence(repository, present, back.map(updateOf), request.registryAccess, "rollback");
  const update = await updateRepository({
    gitops: repository.gitops,
    kustomize: repository.kustomize,
    repository: repository.url,
    branch: repository.branch,
    edits: [...editsOf(stage)],
    images: back.map(updateOf),
    source: { commit: undone(present), time: new Date() },
    undoes: undone(present),
    message: `Roll back {{images}} in ${stage.name}\n\n${reason}`,
    deadline: gitDeadline,
  });
  if (update.outcome === "newer") {
    throw refused(
      `${stage.name} was changed by a commit of a later time: ${update.detail}`,
      "Check the clocks of the machines that release, then run the call again.",
    );
  }
  return { target, update, to: await awaitStage(await reopened(repository), stage, request, seconds) };
}

/** The commit that a rollback undoes. By its trailer, the same call again finds the same target. */
function undone({ setters: { commits, touched } }: EnvironmentState): string {
  return commits[0]?.undoes ?? commits[0]?.commit ?? touched.commit;
}

/** Whether the newest images of an environment are there by a rollback. */
export function isRolledBack({ setters }: EnvironmentState): boolean {
  return setters.commits[0]?.undoes !== undefined;
}

/** The images at the target: at the given commit, else before the newest change of the environment's images. */
async function earlier(
  repository: GitopsRepository,
  state: EnvironmentState,
  commit: string | undefined,
): Promise<{ readonly commit: string; readonly images: readonly WishedImage[] }> {
  const { gitops, checkout, kustomize } = repository;
  const { stage, setters } = state;
  if (commit !== undefined && !(await isOfHistory(repository, commit))) {
    throw refused(
      `${commit.slice(0, 12)} is no commit of the branch ${repository.branch}`,
      "Pass --commit with the full id of a commit that this branch contains.",
    );
  }
  if (commit === undefined && setters.commits.length === 0) {
    throw refused(
      `no commit of Slipway set the images of ${stage.name}, so that it is not known what was there before`,
      "Pass --commit with a commit of the GitOps repository that has the images to go back to.",
    );
  }
  const from = commit ?? undone(state);
  const then = await gitops.tree(checkout, from, commit === undefined);
  const [outcome, found = ""] = (await then.stdout()).split("\n");
  if (outcome !== "done") {
    throw refused(
      `nothing comes before commit ${from.slice(0, 12)}, the first that set the images of ${stage.name}`,
      "Pass --commit with a commit of the GitOps repository that has the images to go back to.",
    );
  }
  return { commit: found, images: await wishedImages(kustomize, then.directory("/then"), stage.settings) };
}

async function isOfHistory(
  { gitops, checkout, commit: tip }: GitopsRepository,
  commit: string,
): Promise<boolean> {
  return (await gitops.contains(checkout, commit, tip)) === "yes";
}

/** The reason, as text of a commit's message. */
function reasonOf(text: string): string {
  const reason = text.replace(/\s+/g, " ").trim();
  if (reason !== "" && reason.length <= 500) return reason.replaceAll("{{", "{ {");
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    reason === "" ? "--reason is empty" : "--reason is longer than 500 characters",
    "Say in a sentence why the environment goes back: it is in the commit's message.",
  );
}

function refused(what: string, remedy: string): SlipwayError {
  return new SlipwayError("ROLLBACK_REFUSED", what, remedy);
}
