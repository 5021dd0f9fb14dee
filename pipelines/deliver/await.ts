import { SlipwayError } from "#pipelines/errors/errors.ts";
import { assertAnswerable, type Confirmation } from "./confirm.ts";
import { awaitOnRecord } from "./record/arrival.ts";
import { confirmOnRecord } from "./record/confirmation.ts";
import { configFile, openRepository, stageOf } from "./repository.ts";
import type { AwaitRequest, ConfirmRequest } from "./request.ts";
import { assertOneServer } from "./servers.ts";
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
  const { repository, placed } = await openStage(request);
  return awaitOnRecord(repository, placed, request, seconds);
}

/** An environment that is confirmed. */
export interface ConfirmedEnvironment {
  readonly arrived: ArrivedEnvironment;
  readonly confirmation: Confirmation;
}

/**
 * Waits as `awaitEnvironment` does, then watches the environment's queries, and puts the end of both on record.
 *
 * @throws its errors; CONFIG_INVALID if the environment has no `confirm`; CONFIRMATION_FAILED, CONFIRMATION_UNKNOWN,
 *   SERVER_DENIED, QUERY_INVALID.
 */
export async function confirmEnvironment(request: ConfirmRequest): Promise<ConfirmedEnvironment> {
  const seconds = timeoutOf(request.timeout);
  const { repository, placed } = await openStage(request);
  const { confirm } = placed.stage.settings;
  if (confirm === undefined) {
    throw new SlipwayError(
      "CONFIG_INVALID",
      `\`environments.${request.environment}\` of ${configFile} has no \`confirm\``,
      "Add its queries, or use `await`.",
    );
  }
  assertOneServer([placed.stage], [placed.stage], request);
  await assertAnswerable(placed.stage, repository.config, request);
  const arrived = await awaitOnRecord(repository, placed, request, seconds);
  return { arrived, confirmation: await confirmOnRecord(repository, placed, confirm, request) };
}

async function openStage(request: AwaitRequest) {
  const repository = await openRepository(request);
  const stage = stageOf(repository, request.environment);
  const places = await wishedImages(repository.kustomize, repository.tree, stage);
  return { repository, placed: { stage, places } };
}
