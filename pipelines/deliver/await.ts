import { awaitOnRecord } from "./record/arrival.ts";
import { openRepository, stageOf } from "./repository.ts";
import type { AwaitRequest } from "./request.ts";
import { type ArrivedEnvironment, timeoutOf } from "./wait.ts";
import { wishedImages } from "./wished.ts";

/**
 * Waits until an environment runs exactly what the branch of the GitOps repository wishes, and puts the end of the wait on
 * record.
 *
 * @throws ARGUMENT_INVALID, ENVIRONMENT_NOT_FOUND, and the errors of `awaitOnRecord`.
 */
export async function awaitEnvironment(request: AwaitRequest): Promise<ArrivedEnvironment> {
  const seconds = timeoutOf(request.timeout);
  const repository = await openRepository(request);
  const stage = stageOf(repository, request.environment);
  const places = await wishedImages(repository.kustomize, repository.tree, stage);
  return awaitOnRecord(repository, { stage, places }, request, seconds);
}
